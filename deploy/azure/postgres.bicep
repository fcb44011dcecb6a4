// PostgreSQL flexible server with the app's database.
@description('Globally unique.')
param name string
param location string
param sku string
param tier string
param storageGB int

@secure()
param password string
param vaultName string

var login = 'functionjobs'

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: name
  location: location
  sku: {
    name: sku
    tier: tier
  }
  properties: {
    version: '16'
    administratorLogin: login
    administratorLoginPassword: password
    storage: {
      storageSizeGB: storageGB
      autoGrow: 'Enabled'
    }
    backup: {
      backupRetentionDays: 7
    }
  }
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2024-08-01' = {
  parent: server
  name: 'functionjobs'
}

// 0.0.0.0 stands for "from within Azure". With a virtual network, use a private endpoint instead.
resource fromAzure 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = {
  parent: server
  name: 'from-azure'
  properties: {
    startIpAddress: '0.0.0.0'
    endIpAddress: '0.0.0.0'
  }
  // The server takes one such change at a time and may refuse a second as ServerIsBusy.
  dependsOn: [
    database
  ]
}

module connection 'secret.bicep' = {
  name: 'postgres-connection'
  params: {
    vaultName: vaultName
    name: 'postgres'
    // In quotes, so that a password may hold a semicolon.
    value: 'Host=${server.properties.fullyQualifiedDomainName};Database=${database.name};Username=${login};Password="${replace(password, '"', '""')}";Ssl Mode=VerifyFull'
  }
}

output host string = server.properties.fullyQualifiedDomainName
