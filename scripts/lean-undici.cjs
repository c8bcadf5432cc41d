// What stands in the place of undici in the command line: its agents, without `fetch`, web sockets, caches, mocks and the rest.

const Dispatcher = require('../node_modules/undici/lib/dispatcher/dispatcher.js')

// As undici does it itself: an agent has the methods of its interface only then.
Object.assign(Dispatcher.prototype, require('../node_modules/undici/lib/api/index.js'))

exports.Agent = require('../node_modules/undici/lib/dispatcher/agent.js')
exports.EnvHttpProxyAgent = require('../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js')
