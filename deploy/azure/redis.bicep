// Azure Managed Redis. A job is kept nowhere else: nothing is evicted, and every write is in the append-only file within a second.
@description('Globally unique.')
param name string
param location string
param sku string

@allowed(['identity', 'key'])
param login string
param vaultName string
param principalId string

var port = 10000

resource cluster 'Microsoft.Cache/redisEnterprise@2025-04-01' = {
  name: name
  location: location
  sku: {
    name: sku
  }
  properties: {
    highAvailability: 'Enabled'
    minimumTlsVersion: '1.2'
  }
}

resource database 'Microsoft.Cache/redisEnterprise/databases@2025-04-01' = {
  parent: cluster
  name: 'default'
  properties: {
    port: port
    clientProtocol: 'Encrypted'
    // All keys of a queue share a hash tag, so that each script stays in one slot.
    clusteringPolicy: 'OSSCluster'
    evictionPolicy: 'NoEviction'
    accessKeysAuthentication: login == 'key' ? 'Enabled' : 'Disabled'
    persistence: {
      aofEnabled: true
      aofFrequency: '1s'
    }
  }
}

resource access 'Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments@2025-04-01' = if (login == 'identity') {
  parent: database
  name: 'functions'
  properties: {
    accessPolicyName: 'default'
    user: {
      objectId: principalId
    }
  }
}

module connection 'secret.bicep' = if (login == 'key') {
  name: 'redis-connection'
  params: {
    vaultName: vaultName
    name: 'redis'
    // A trigger's listener whose first connect fails is started again; one that was started without a connection dies at its first poll.
    // Azure asks for the keys even where the condition above is false, and there are none then.
    value: login == 'key' ? '${cluster.properties.hostName}:${port},ssl=true,abortConnect=true,password=${database.listKeys().primaryKey}' : ''
  }
}

output address string = '${cluster.properties.hostName}:${port}'
