#!/usr/bin/env bash
# Runs the tests of TpmHw.Tbs, and tpmhw itself, as Windows programs under Wine: on the double of tbs.dll, and for the
# machine without a TPM on Wine's own. The only line on standard output is "N passed, N failed, N skipped". Where what
# it takes can't be had here, it says so in one line and succeeds.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
# shellcheck source=Tests/setup.sh
. Tests/setup.sh

work=$PWD/artifacts/wine
family_ports=()
pids=()

left_out() {
    say "The Windows tests were left out: $1"
    exit 0
}

# Runs what has to go well, and leaves everything out where it does not.
or_left_out() {
    local reason=$1
    shift
    ("$@") >"$work/log" 2>&1 || left_out "$reason ($(grep -v '^ *$' "$work/log" | head -n 1))"
}

# swtpm on the Linux side, on two ports that are free: Wine's programs can't start it.
start_swtpm() {
    local family=$1 port attempt
    shift
    mkdir -p "$work/state$family"
    for attempt in {1..20}; do
        port=$((20000 + RANDOM % 6000 * 2))
        if swtpm socket "$@" --tpmstate dir="$work/state$family" --server type=tcp,port=$port --ctrl type=tcp,port=$((port + 1)) \
            --flags not-need-init,startup-clear --pid file="$work/pid$family" --daemon >/dev/null 2>&1; then
            pids+=("$(cat "$work/pid$family")")
            family_ports+=("$port")
            return
        fi
    done

    fail "swtpm did not start ($attempt tries)."
}

end() {
    [[ ${#pids[@]} == 0 ]] || kill "${pids[@]}" 2>/dev/null || true
    if [[ -d $work/prefix ]]; then
        wineserver -k 2>/dev/null || true
        wineserver -w 2>/dev/null || true
    fi

    rm -rf "$work/prefix" "$work/state12" "$work/state20"
}

# A Windows program. Wine waits for ever on some crashes, hence the limit.
run() { timeout -k 5 300 wine "$@" </dev/null 2>"$work/errors"; }

check() {
    if [[ $2 =~ $3 ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        say "Under Wine, $1 gave '$2'" "$(cat "$work/errors")"
    fi
}

# Runs tpmhw, and checks its exit code and, after a space, all that it printed.
tpmhw() {
    local expected=$1 code=0 output
    shift
    output=$(run "$work/Cli/tpmhw.exe" "$@") || code=$?
    check "tpmhw $*" "$code $output$(cat "$work/errors")" "$expected"
}

rm -rf "$work"
mkdir -p "$work"
need_sdk
say 'The Windows tests: Wine, and publishing for win-x64'
or_left_out 'their packages' need swtpm wine x86_64-w64-mingw32-gcc
for project in Tests/TpmHw.Tbs.Wine Tools/TpmHw.Cli; do
    or_left_out 'the runtime for win-x64' dotnet publish $project -c Release -r win-x64 --self-contained -o "$work/${project##*.}" -v quiet --nologo
done

compile_double() {
    x86_64-w64-mingw32-gcc -std=gnu11 -O1 -Wall -Wextra -Werror -s -shared -static-libgcc "${@:2}" \
        -o "$1" Tests/TbsDouble/{tbs,tpm,control}.c -lws2_32
}

compile_double "$work/tbs.dll"
compile_double "$work/Wine/tbs-old.dll" -DOLD_WINDOWS

# Not the usual mscoree=, without which .NET's own assemblies don't load. winedbg keeps exit codes from getting through.
base='mshtml=;winedbg.exe='
# On some machines a garbage collection in the middle of the run ends .NET under Wine, so none takes place (docs/decisions.md).
export DOTNET_GCgen0size=0x20000000
# Of Wine's own messages only the one that a thread has ended is wanted.
export WINEPREFIX=$work/prefix WINEARCH=win64 WINEDEBUG=-all,err+virtual WINEDLLOVERRIDES=$base
unset DISPLAY WAYLAND_DISPLAY
trap end EXIT
or_left_out 'Wine' timeout -k 5 300 wineboot --init

passed=0
failed=0
start_swtpm 20 --tpm2
start_swtpm 12
export TPMHW_TEST_SWTPM_20=${family_ports[0]} TPMHW_TEST_SWTPM_12=${family_ports[1]} TBS_DOUBLE_PORT=${family_ports[0]}

# With Wine's own tbs.dll the machine has no TPM. The double in the application's folder does not help it to one.
cp "$work/tbs.dll" "$work/Cli/tbs.dll"
for command in 'getrandom 16' info tcglog; do
    tpmhw '^4 .*TBS_E_TPM_NOT_FOUND' $command --tpm tbs
done

tpmhw '^4 tbs: no.*TBS_E_TPM_NOT_FOUND' probe

# Found as on Windows: by its path in the system folder.
cp "$work/tbs.dll" "$work/prefix/drive_c/windows/system32/tbs.dll"
export WINEDLLOVERRIDES="$base;tbs=n"
# A log of one event: EV_S_CRTM_VERSION in PCR 0, a SHA-1 digest, and "v1" in UTF-16.
printf '%b' '\0\0\0\0' '\010\0\0\0' 'twenty bytes, a hash' '\04\0\0\0' 'v\0\061\0' >"$work/log.bin"
export TBS_DOUBLE_LOG=$work/log.bin

output=$(run "$work/Wine/tbs-tests.exe") || true
check 'the tests of TpmHw.Tbs' "$output" '^([0-9]+) passed, 0 failed, 0 skipped'
passed=$((passed + ${BASH_REMATCH[1]:-0}))
tpmhw '^0 [0-9a-f]{32}.?$' getrandom 16 --hex --tpm tbs
tpmhw '^0 .*"transport": "tbs"' info --json
tpmhw "^0 tbs: works.*TPM 2.0.*'auto' takes tbs" probe
tpmhw '^0 .*EV_S_CRTM_VERSION' tcglog
tpmhw '^4 .*TBS_E_NO_EVENT_LOG' tcglog --log boot
tpmhw '^5 .*TPM2_Startup was not sent' startup

echo "$passed passed, $failed failed, 0 skipped"
[[ $failed == 0 ]]
