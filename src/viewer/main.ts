import { startApp } from './app.ts'
import { readReportData } from './report-data.ts'

const host = document.getElementById('app')
const data = readReportData(document)
if (host !== null && data !== undefined) startApp(data, host)
