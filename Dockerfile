# The functions app. Build from the repository's root: docker build -t functionjobs .
# A publish chooses the azure build by itself (see Directory.Build.props).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Functions --configuration Release --runtime linux-x64 --self-contained false --output /app

FROM mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0

# The host listens on 80 by default, which a user without rights cannot everywhere. Its own keys go to AzureWebJobsStorage, and what it
# notes beside them on disk not into its own folder, which is root's. On SIGTERM it takes no more entries.
ENV AzureWebJobsScriptRoot=/home/site/wwwroot \
    AzureFunctionsJobHost__Logging__Console__IsEnabled=true \
    AzureWebJobsSecretStorageType=Blob \
    FUNCTIONS_SECRETS_PATH=/tmp/functions-secrets \
    FUNCTIONS_ENABLE_DRAIN_ON_APP_STOPPING=true \
    ASPNETCORE_URLS=http://+:8080

COPY --from=build /app /home/site/wwwroot
COPY deploy/container/start.sh /opt/functionjobs/

# 1654 is the user "app" of the .NET images. /images is where compose.yaml mounts the folder that the API uploads to.
RUN mkdir -p /images /home/LogFiles && chown -R 1654:1654 /images /home
USER 1654:1654
EXPOSE 8080
CMD ["/opt/functionjobs/start.sh"]
