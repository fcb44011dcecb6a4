// Copy to main.bicepparam and fill in. Passwords come from the environment, so that none stands in a file.
using 'main.bicep'

param name = 'example'
param alwaysReadyInstances = 1
param maximumInstances = 5
param redisSku = 'Balanced_B1'
param redisLogin = 'identity'
param postgresPassword = readEnvironmentVariable('POSTGRES_PASSWORD')
param mailHost = 'smtp.example.com'
param mailFrom = 'hello@example.com'
param mailUser = 'functionjobs'
param mailPassword = readEnvironmentVariable('MAIL_PASSWORD')
param imagesPublicUrl = 'https://www.example.com/images/'
