// The functions app with all that it needs, in one resource group. Deploy: see docs/deploy.md.
targetScope = 'resourceGroup'

@description('Begins every name. A lower-case letter, then lower-case letters and digits.')
@minLength(3)
@maxLength(10)
param name string

param location string = resourceGroup().location

@description('Elastic Premium. Consumption and Flex Consumption cannot run Redis triggers.')
@allowed(['EP1', 'EP2', 'EP3'])
param planSku string = 'EP1'

@description('Instances that always run. At least one: retries, delayed jobs and the jobs of a dead worker are brought back by a running worker.')
@minValue(1)
@maxValue(20)
param alwaysReadyInstances int = 1

@description('Each instance holds up to 5 connections to PostgreSQL; Standard_B1ms gives 35.')
@minValue(1)
@maxValue(100)
param maximumInstances int = 5

@description('Size of Azure Managed Redis.')
param redisSku string = 'Balanced_B1'

@description('How the app logs in at Redis: by its managed identity, or by a key that lies in Key Vault.')
@allowed(['identity', 'key'])
param redisLogin string = 'identity'

param postgresSku string = 'Standard_B1ms'

@allowed(['Burstable', 'GeneralPurpose', 'MemoryOptimized'])
param postgresTier string = 'Burstable'

@description('The disk in GB. It grows by itself and cannot shrink: no less than what it has grown to.')
param postgresStorageGB int = 32

@secure()
@minLength(16)
param postgresPassword string

param mailHost string
param mailPort int = 587

@description('StartTls insists on encryption; Ssl is for port 465.')
@allowed(['StartTls', 'Ssl', 'None'])
param mailSecurity string = 'StartTls'

param mailFrom string
param mailUser string

@secure()
param mailPassword string

@description('What stands before a picture\'s path in posts.image_url.')
param imagesPublicUrl string

@description('Standard_LRS for a region without availability zones.')
@allowed(['Standard_ZRS', 'Standard_LRS'])
param storageSku string = 'Standard_ZRS'

@description('Runs instead of a zip: example.azurecr.io/functionjobs:0.1.0, in a registry that the app may pull from.')
param image string = ''

@description('Further settings of the app, all of them text, none secret. A deployment takes away what is set and not named in these files.')
param extraSettings object = {}

var suffix = take(uniqueString(resourceGroup().id), 6)
var unique = '${name}${suffix}'

// Made first, so that it may read the vault before the app is made that refers to it.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-functions'
  location: location
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  params: {
    name: name
    location: location
  }
}

module vault 'vault.bicep' = {
  name: 'vault'
  params: {
    name: unique
    location: location
    readerPrincipalId: identity.properties.principalId
  }
}

module storage 'storage.bicep' = {
  name: 'storage'
  params: {
    name: unique
    location: location
    sku: storageSku
    contentShare: name
    vaultName: vault.outputs.name
    principalId: identity.properties.principalId
  }
}

module redis 'redis.bicep' = {
  name: 'redis'
  params: {
    name: unique
    location: location
    sku: redisSku
    login: redisLogin
    vaultName: vault.outputs.name
    principalId: identity.properties.principalId
  }
}

module postgres 'postgres.bicep' = {
  name: 'postgres'
  params: {
    name: unique
    location: location
    sku: postgresSku
    tier: postgresTier
    storageGB: postgresStorageGB
    password: postgresPassword
    vaultName: vault.outputs.name
  }
}

module mail 'secret.bicep' = {
  name: 'mail'
  params: {
    vaultName: vault.outputs.name
    name: 'mail-password'
    value: mailPassword
  }
}

module functions 'functions.bicep' = {
  name: 'functions'
  params: {
    name: unique
    location: location
    planSku: planSku
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstances: maximumInstances
    identityName: identity.name
    vaultName: vault.outputs.name
    storageName: storage.outputs.name
    insightsName: monitoring.outputs.insightsName
    redisLogin: redisLogin
    redisAddress: redis.outputs.address
    contentShare: name
    image: image
    settings: union(
      {
        Mail__Host: mailHost
        Mail__Port: string(mailPort)
        Mail__Security: mailSecurity
        Mail__From: mailFrom
        Mail__User: mailUser
        Images__PublicUrl: imagesPublicUrl
        // An outage of half an hour makes no dead letters of what meets it.
        Jobs__Types__send_welcome_email__MaxAttempts: '10'
        Jobs__Types__resize_post_image__MaxAttempts: '10'
      },
      extraSettings
    )
  }
  // The secrets that its settings refer to.
  dependsOn: [postgres, mail]
}

output functionAppName string = functions.outputs.name
output storageAccountName string = storage.outputs.name
output redisAddress string = redis.outputs.address
output postgresHost string = postgres.outputs.host
output vaultName string = vault.outputs.name
