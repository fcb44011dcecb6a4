// The Elastic Premium plan and the function app.
@description('Globally unique.')
param name string
param location string
param planSku string
param alwaysReadyInstances int
param maximumInstances int
param identityName string
param vaultName string
param storageName string
param insightsName string

@allowed(['identity', 'key'])
param redisLogin string
param redisAddress string
param contentShare string

@description('The image that runs instead of a zip; empty: a zip.')
param image string

@description('Further settings, none of them secret. They hold before those of this file.')
param settings object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var secrets = '${vault.properties.vaultUri}secrets'

// The trigger extension refuses to start when both forms are set.
var redis = redisLogin == 'key'
  ? {
      Redis: '@Microsoft.KeyVault(SecretUri=${secrets}/redis)'
    }
  : {
      // As in the connection string of a key: a listener that was started without a connection dies at its first poll.
      Redis__redisHostName: '${redisAddress},abortConnect=true'
      Redis__principalId: identity.properties.principalId
      Redis__credential: 'managedidentity'
      Redis__clientId: identity.properties.clientId
    }

var host = {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'
  // On SIGTERM the host takes no more entries.
  FUNCTIONS_ENABLE_DRAIN_ON_APP_STOPPING: 'true'
  AzureWebJobsStorage__accountName: storage.name
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  WEBSITE_CONTENTSHARE: contentShare
  WEBSITE_CONTENTAZUREFILECONNECTIONSTRING: '@Microsoft.KeyVault(SecretUri=${secrets}/content-share)'
  // A reference cannot be validated before the app is there.
  WEBSITE_SKIP_CONTENTSHARE_VALIDATION: '1'
  // Which identity the app's own clients use.
  AZURE_CLIENT_ID: identity.properties.clientId
}

var content = empty(image)
  ? {
      // The app runs from the zip as it is, and a failed deployment leaves the old one.
      WEBSITE_RUN_FROM_PACKAGE: '1'
    }
  : {
      WEBSITES_PORT: '8080'
      // Else a share hides the image's /home, and with it the functions.
      WEBSITES_ENABLE_APP_SERVICE_STORAGE: 'false'
    }

var app = {
  Postgres: '@Microsoft.KeyVault(SecretUri=${secrets}/postgres)'
  Mail__Password: '@Microsoft.KeyVault(SecretUri=${secrets}/mail-password)'
  Images__BlobConnection: 'https://${storage.name}.blob.${environment().suffixes.storage}'
  Images__BlobContainer: 'images'
}

resource plan 'Microsoft.Web/serverfarms@2023-12-01' = {
  name: '${name}-plan'
  location: location
  kind: 'elastic'
  sku: {
    name: planSku
    tier: 'ElasticPremium'
    capacity: alwaysReadyInstances
  }
  properties: {
    reserved: true
    maximumElasticWorkerCount: maximumInstances
  }
}

resource site 'Microsoft.Web/sites@2023-12-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    siteConfig: {
      linuxFxVersion: empty(image) ? 'DOTNET-ISOLATED|10.0' : 'DOCKER|${image}'
      // With the first alone the app would pull as a system-assigned identity, which it has not.
      acrUseManagedIdentityCreds: true
      acrUserManagedIdentityID: identity.properties.clientId
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      minimumElasticInstanceCount: alwaysReadyInstances
      // The host itself reads the lengths of list and stream and tells Azure how many instances it wants.
      functionsRuntimeScaleMonitoringEnabled: true
    }
  }

  // Replaces all settings that the app has.
  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(host, content, redis, app, settings)
  }
}

output name string = site.name
