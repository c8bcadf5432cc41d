import { propagation } from '@opentelemetry/api'

/** Everything the shop can do wrong on request: the name, and what happens then. */
export const FAULTS = {
  'n-plus-one': 'pricing asks the database once per line instead of once',
  'charge-before-reserve': 'the gateway charges the customer before the stock is reserved',
  'ship-twice': 'payment asks for a second shipment one second after the first',
  'swallowed-error': 'a failed write is swallowed and the answer is 200 all the same',
  'lost-event': 'payment notes that the order is to be shipped, and never tells shipping',
  'slow-payment': 'the card network takes 900 ms'
}

const BAGGAGE_KEY = 'shop.fault'

/** Whether `name` is a fault, or `none`. */
export function isFaultName(name) {
  return name === 'none' || Object.hasOwn(FAULTS, name)
}

/** Whether the request in hand is to go wrong in this way: as its baggage says, else as SHOP_FAULT says. */
export function hasFault(name) {
  const asked = propagation.getActiveBaggage()?.getEntry(BAGGAGE_KEY)?.value
  return (asked ?? process.env.SHOP_FAULT) === name
}

/** The context in which a fault is on: baggage travels with the trace, so all services behind this one see it. */
export function withFault(context, name) {
  const baggage = propagation.getBaggage(context) ?? propagation.createBaggage()
  return propagation.setBaggage(context, baggage.setEntry(BAGGAGE_KEY, { value: name }))
}
