#!/usr/bin/env bash
# Builds tpmhw and shows it at work on libtpms behind a modelled chip, both in its own process. Touches no TPM of this machine.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
# shellcheck source=Tests/setup.sh
. Tests/setup.sh

need_sdk
need libtpms.so.0
build Tools/TpmHw.Cli
exec Tools/TpmHw.Cli/bin/Release/net10.0/tpmhw demo "$@"
