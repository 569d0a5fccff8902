#!/usr/bin/env bash
# Builds everything and runs all tests, against real swtpm and libtpms. The last line is "N passed, N failed, N skipped".
# With --wine also the tests of the Windows side, under Wine (Tests/wine.sh), where its packages can be installed.
# With --fuzz also a million damaged responses and ten thousand bits turned over on the wire, each time others.
# With --rig also Tests/Rig/run, which takes minutes: a failure there is a failure here, beside the counts.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
# shellcheck source=Tests/setup.sh
. Tests/setup.sh

with_wine=false with_rig=false with_fuzz=false
for option in "$@"; do
    case $option in
        --wine) with_wine=true ;;
        --rig) with_rig=true ;;
        --fuzz) with_fuzz=true ;;
        *) fail 'Usage: ./test.sh [--wine] [--rig] [--fuzz]' ;;
    esac
done

need_sdk
need libtpms.so.0 swtpm swtpm_setup tpm2_getcap tss2_provision /etc/tpm2-tss/fapi-profiles libtss2-tcti-swtpm.so.0 libtss2-tcti-mssim.so.0 gcc /usr/include/stdio.h
left_out=()
want tpm2-openssl openssl '/usr/lib/*/ossl-modules/tpm2.so' || left_out+=(tpm2-openssl)
want tss2 tsscreateprimary || left_out+=(tss2)
if [[ $(id -u) == 0 ]]; then # the daemon of TrouSerS starts as root only
    want trousers tcsd tpm_version || left_out+=(trousers)
else
    say 'Left out: the tests with trousers, which root alone can start.'
    left_out+=(trousers)
fi

want systemd systemd-analyze || left_out+=(systemd)

filter='Leg!=fuzz'
for name in "${left_out[@]}"; do
    filter+="&Needs!=$name"
done

build TpmHw.sln

assemblies=()
for project in Tests/*.Tests; do
    assemblies+=("$project/bin/Release/net10.0/${project##*/}.dll")
done

results=artifacts/tests
rm -rf "$results"
say 'Testing'
run=0
dotnet test "${assemblies[@]}" --nologo --filter "$filter" --logger 'console;verbosity=minimal' --logger 'trx;LogFileName=results.trx' \
    --results-directory "$results" --blame-hang-timeout 5min --blame-hang-dump-type none </dev/null |
    grep -v "^Data collector 'Blame'" || run=$?

# The counts of all assemblies are in one element: <Counters total="9" executed="9" passed="9" failed="0" ... />
counters=$(grep -ho '<Counters [^>]*>' "$results"/results*.trx 2>/dev/null || true)
count() {
    local number sum=0
    for number in $(grep -o " $1=\"[0-9]*\"" <<<"$counters" | tr -dc '0-9\n'); do
        sum=$((sum + number))
    done

    echo "$sum"
}

passed=$(count passed)
failed=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted)))
skipped=$(($(count total) - passed - failed))
for assembly in "${assemblies[@]}"; do
    if ! grep -qiF "${assembly##*/}" "$results"/results*.trx; then
        say "No test of ${assembly##*/} ran."
        run=1
    fi
done

if [[ $run != 0 && $failed == 0 ]]; then
    say 'The run did not end as it should (see above), which counts as a failure.'
    failed=1
fi

if $with_wine; then
    wine=$(Tests/wine.sh) || failed=$((failed + 1))
    if [[ $wine =~ ^([0-9]+)\ passed ]]; then
        passed=$((passed + BASH_REMATCH[1]))
    fi
fi

fuzz=0
if $with_fuzz; then
    say 'Fuzzing'
    dotnet test Tests/TpmHw.Core.Tests/bin/Release/net10.0/TpmHw.Core.Tests.dll --nologo --filter 'Leg=fuzz' \
        --logger 'console;verbosity=detailed' --blame-hang-timeout 5min --blame-hang-dump-type none </dev/null |
        grep -E '^ *(Passed|Failed|Error Message|seed|Test Run) ?' >&2 || fuzz=1
fi

rig=0
if $with_rig; then
    Tests/Rig/run || rig=$?
fi

echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed == 0 && $skipped == 0 && $rig == 0 && $fuzz == 0 ]]
