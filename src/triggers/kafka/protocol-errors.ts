import type { BrokerFailure } from '../broker-connection.ts'
import type { KafkaOptions } from './options.ts'

/** What a refusal of a broker means, by the name that Kafka's protocol has for it. */
export function explainProtocol(
  type: string | undefined,
  said: string,
  options: KafkaOptions
): BrokerFailure {
  const { topic, messageKey } = options
  const auth = options.authentication ?? options.authetication
  const user = auth === undefined ? 'a user without a name' : `the user ${auth[auth.type]?.username ?? ''}`
  switch (type) {
    case 'SASL_AUTHENTICATION_FAILED':
      return {
        message: `${user} was refused: ${said.replace(/^SASL [\w ]+ failed: /, '')}`,
        hint: 'Are name and password right, and the mechanism?'
      }
    case 'UNSUPPORTED_SASL_MECHANISM':
      return {
        message: `the broker does not take ${auth?.type.toUpperCase() ?? 'this mechanism'}`,
        hint: 'Its mechanisms stand in `sasl.enabled.mechanisms` of the broker: write one of them as `authentication.type`.'
      }
    case 'ILLEGAL_SASL_STATE':
      return {
        message: 'this port wants no credentials',
        hint: 'Leave out `authentication`, or name the port of the broker that has SASL.'
      }
    case 'TOPIC_AUTHORIZATION_FAILED':
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return {
        message: `${user} may not write to \`${topic}\``,
        hint: 'The ACLs of the cluster say who may.'
      }
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return {
        message: 'the message is larger than the broker takes',
        hint: '`max.message.bytes` of the topic and `message.max.bytes` of the broker set the limit.'
      }
    case 'INVALID_RECORD':
      return {
        message: `the broker found the message wrong: ${said}`,
        hint: messageKey ? undefined : 'A compacted topic wants a key: give `messageKey`.'
      }
    case 'LEADER_NOT_AVAILABLE':
      return {
        message: `the topic \`${topic}\` has no leader`,
        hint: 'It was only just created, or its broker is down.'
      }
    case 'NOT_ENOUGH_REPLICAS':
    case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
      return {
        message: `too few replicas of \`${topic}\` are there (${type})`,
        hint: 'Messages are confirmed by all replicas: are all brokers up? `min.insync.replicas` says how many it takes.'
      }
    default:
      return { message: type === undefined ? said : `${said} (${type})` }
  }
}
