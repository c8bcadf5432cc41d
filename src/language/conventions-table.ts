// From the published schema 1.44.0 (https://opentelemetry.io/schemas/1.44.0), which leaves out what is not one to one
// (`http.target`, `net.peer.name`, `rpc.service`): that is from the migration guides. Attributes of metrics alone are
// not here.
/** Old names of attributes and their new ones, by the version of OpenTelemetry's semantic conventions that changed them. */
export const RENAMES_BY_VERSION: Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
> = {
  '1.8.0': {
    'db.cassandra.keyspace': 'db.name',
    'db.hbase.namespace': 'db.name'
  },
  '1.13.0': {
    'net.peer.ip': 'net.sock.peer.addr',
    'net.host.ip': 'net.sock.host.addr'
  },
  '1.15.0': {
    'http.retry_count': 'http.resend_count'
  },
  '1.17.0': {
    'messaging.consumer_id': 'messaging.consumer.id',
    'messaging.protocol': 'net.app.protocol.name',
    'messaging.protocol_version': 'net.app.protocol.version',
    'messaging.destination': 'messaging.destination.name',
    'messaging.temp_destination': 'messaging.destination.temporary',
    'messaging.destination_kind': 'messaging.destination.kind',
    'messaging.message_id': 'messaging.message.id',
    'messaging.conversation_id': 'messaging.message.conversation_id',
    'messaging.message_payload_size_bytes': 'messaging.message.payload_size_bytes',
    'messaging.message_payload_compressed_size_bytes': 'messaging.message.payload_compressed_size_bytes',
    'messaging.rabbitmq.routing_key': 'messaging.rabbitmq.destination.routing_key',
    'messaging.kafka.message_key': 'messaging.kafka.message.key',
    'messaging.kafka.partition': 'messaging.kafka.destination.partition',
    'messaging.kafka.tombstone': 'messaging.kafka.message.tombstone',
    'messaging.rocketmq.message_type': 'messaging.rocketmq.message.type',
    'messaging.rocketmq.message_tag': 'messaging.rocketmq.message.tag',
    'messaging.rocketmq.message_keys': 'messaging.rocketmq.message.keys',
    'messaging.kafka.consumer_group': 'messaging.kafka.consumer.group'
  },
  '1.19.0': {
    'faas.execution': 'faas.invocation_id',
    'faas.id': 'cloud.resource_id',
    'http.user_agent': 'user_agent.original',
    'browser.user_agent': 'user_agent.original'
  },
  '1.20.0': {
    'net.app.protocol.name': 'net.protocol.name',
    'net.app.protocol.version': 'net.protocol.version',
    'http.flavor': 'net.protocol.version'
  },
  '1.21.0': {
    'http.method': 'http.request.method',
    'http.status_code': 'http.response.status_code',
    'http.scheme': 'url.scheme',
    'http.url': 'url.full',
    'http.target': ['url.path', 'url.query'],
    'http.request_content_length': 'http.request.body.size',
    'http.response_content_length': 'http.response.body.size',
    'http.client_ip': 'client.address',
    'http.host': 'server.address',
    'http.server_name': 'server.address',
    'net.peer.name': 'server.address',
    'net.peer.port': 'server.port',
    'net.host.name': 'server.address',
    'net.host.port': 'server.port',
    'net.transport': 'network.transport',
    'net.sock.family': 'network.type',
    'net.sock.peer.name': 'server.socket.domain',
    'net.sock.peer.addr': 'network.peer.address',
    'net.sock.peer.port': 'network.peer.port',
    'net.sock.host.addr': ['network.local.address', 'server.socket.address'],
    'net.sock.host.port': ['network.local.port', 'server.socket.port'],
    'net.protocol.name': 'network.protocol.name',
    'net.protocol.version': 'network.protocol.version',
    'net.host.connection.type': 'network.connection.type',
    'net.host.connection.subtype': 'network.connection.subtype',
    'net.host.carrier.name': 'network.carrier.name',
    'net.host.carrier.mcc': 'network.carrier.mcc',
    'net.host.carrier.mnc': 'network.carrier.mnc',
    'net.host.carrier.icc': 'network.carrier.icc',
    'messaging.kafka.client_id': 'messaging.client_id',
    'messaging.rocketmq.client_id': 'messaging.client_id',
    'messaging.consumer.id': 'messaging.client_id'
  },
  '1.22.0': {
    'http.resend_count': 'http.request.resend_count',
    'messaging.message.payload_size_bytes': [
      'messaging.message.body.size',
      'messaging.message.envelope.size'
    ],
    'messaging.message.payload_compressed_size_bytes': 'messaging.message.body.size',
    'server.socket.address': 'network.peer.address',
    'server.socket.port': 'network.peer.port',
    'client.socket.address': 'network.peer.address',
    'client.socket.port': 'network.peer.port',
    'telemetry.auto.version': 'telemetry.distro.version'
  },
  '1.25.0': {
    'db.name': 'db.namespace',
    'db.statement': 'db.query.text',
    'db.operation': 'db.operation.name',
    'db.sql.table': 'db.collection.name',
    'db.mongodb.collection': 'db.collection.name',
    'db.cosmosdb.container': 'db.collection.name',
    'db.cassandra.table': 'db.collection.name',
    'db.redis.database_index': 'db.namespace',
    'db.mssql.instance_name': 'db.namespace',
    'db.instance.id': 'db.namespace',
    'db.instance': 'db.namespace',
    'messaging.operation': ['messaging.operation.type', 'messaging.operation.name'],
    'messaging.kafka.destination.partition': 'messaging.destination.partition.id',
    'message.type': 'rpc.message.type',
    'message.id': 'rpc.message.id',
    'message.compressed_size': 'rpc.message.compressed_size',
    'message.uncompressed_size': 'rpc.message.uncompressed_size'
  },
  '1.26.0': {
    'messaging.client_id': 'messaging.client.id',
    'enduser.id': 'user.id'
  },
  '1.27.0': {
    'deployment.environment': 'deployment.environment.name',
    'tls.client.server_name': 'server.address',
    'db.elasticsearch.cluster.name': 'db.namespace',
    'messaging.kafka.message.offset': 'messaging.kafka.offset',
    'messaging.kafka.consumer.group': 'messaging.consumer.group.name',
    'messaging.rocketmq.client_group': 'messaging.consumer.group.name',
    'messaging.eventhubs.consumer.group': 'messaging.consumer.group.name',
    'messaging.servicebus.destination.subscription_name': 'messaging.destination.subscription.name',
    'gen_ai.usage.completion_tokens': 'gen_ai.usage.output_tokens',
    'gen_ai.usage.prompt_tokens': 'gen_ai.usage.input_tokens'
  },
  '1.29.0': {
    'process.executable.build_id.profiling': 'process.executable.build_id.htlhash',
    'vcs.repository.change.id': 'vcs.change.id',
    'vcs.repository.change.title': 'vcs.change.title',
    'vcs.repository.ref.name': 'vcs.ref.head.name',
    'vcs.repository.ref.revision': 'vcs.ref.head.revision',
    'vcs.repository.ref.type': 'vcs.ref.head.type'
  },
  '1.30.0': {
    'db.system': 'db.system.name',
    'db.cassandra.coordinator.dc': 'cassandra.coordinator.dc',
    'db.cassandra.coordinator.id': 'cassandra.coordinator.id',
    'db.cassandra.consistency_level': 'cassandra.consistency.level',
    'db.cassandra.idempotence': 'cassandra.query.idempotent',
    'db.cassandra.page_size': 'cassandra.page.size',
    'db.cassandra.speculative_execution_count': 'cassandra.speculative_execution.count',
    'db.cosmosdb.client_id': 'azure.client.id',
    'db.cosmosdb.connection_mode': 'azure.cosmosdb.connection.mode',
    'db.cosmosdb.consistency_level': 'azure.cosmosdb.consistency.level',
    'db.cosmosdb.request_charge': 'azure.cosmosdb.operation.request_charge',
    'db.cosmosdb.request_content_length': 'azure.cosmosdb.request.body.size',
    'db.cosmosdb.regions_contacted': 'azure.cosmosdb.operation.contacted_regions',
    'db.cosmosdb.sub_status_code': 'azure.cosmosdb.response.sub_status_code',
    'db.elasticsearch.node.name': 'elasticsearch.node.name',
    'code.function': 'code.function.name',
    'code.namespace': 'code.function.name',
    'code.filepath': 'code.file.path',
    'code.lineno': 'code.line.number',
    'code.column': 'code.column.number',
    'gen_ai.openai.request.seed': 'gen_ai.request.seed',
    'system.network.state': 'network.connection.state'
  },
  '1.31.0': {
    'io.state': 'ios.app.state',
    'system.cpu.logical_number': 'cpu.logical_number'
  },
  '1.32.0': {
    'feature_flag.evaluation.reason': 'feature_flag.result.reason',
    'feature_flag.variant': 'feature_flag.result.variant'
  },
  '1.33.0': {
    'feature_flag.provider_name': 'feature_flag.provider.name',
    'feature_flag.evaluation.error.message': 'feature_flag.error.message'
  },
  '1.35.0': {
    'az.namespace': 'azure.resource_provider.namespace',
    'az.service_request_id': 'azure.service.request.id'
  },
  '1.37.0': {
    'android.state': 'android.app.state',
    'ios.state': 'ios.app.state',
    'container.runtime': 'container.runtime.name',
    'enduser.role': 'user.roles',
    'gen_ai.system': 'gen_ai.provider.name',
    'gen_ai.openai.request.service_tier': 'openai.request.service_tier',
    'gen_ai.openai.response.service_tier': 'openai.response.service_tier',
    'gen_ai.openai.response.system_fingerprint': 'openai.response.system_fingerprint'
  },
  '1.38.0': {
    'process.context_switch_type': 'process.context_switch.type',
    'process.paging.fault_type': 'system.paging.fault.type',
    'system.paging.type': 'system.paging.fault.type',
    'system.process.status': 'process.state',
    'system.processes.status': 'process.state'
  },
  '1.39.0': {
    'rpc.system': 'rpc.system.name',
    'rpc.service': 'rpc.method',
    'rpc.grpc.status_code': 'rpc.response.status_code',
    'rpc.connect_rpc.error_code': 'rpc.response.status_code',
    'rpc.jsonrpc.request_id': 'jsonrpc.request.id',
    'rpc.jsonrpc.version': 'jsonrpc.protocol.version',
    'peer.service': 'service.peer.name',
    'linux.memory.slab.state': 'system.memory.linux.slab.state'
  }
}
