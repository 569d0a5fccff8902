#!/bin/sh
# Makes the tpmhw command as one file that needs no .NET installation: artifacts/publish/<platform>/tpmhw.
# Usage: Tools/publish.sh [runtime identifier, such as linux-arm64]
set -eu
cd "$(dirname "$0")/.."

platform=${1:-$(dotnet msbuild Tools/TpmHw.Cli/TpmHw.Cli.csproj -getProperty:NETCoreSdkPortableRuntimeIdentifier)}
folder=artifacts/publish/$platform

dotnet publish Tools/TpmHw.Cli/TpmHw.Cli.csproj -c Release -r "$platform" -p:Published=true -o "$folder" -v quiet --nologo

for file in "$folder/tpmhw" "$folder/tpmhw.exe"; do
    if [ -f "$file" ]; then
        echo "$file ($(wc -c <"$file" | awk '{ printf "%.1f MB", $1 / 1e6 }'))"
    fi
done
