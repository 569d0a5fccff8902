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
# Of Wine's own messages only the one that a thread has ended is wanted.
export WINEPREFIX=$work/prefix WINEARCH=win64 WINEDEBUG=-all,err+virtual WINEDLLOVERRIDES=$base
unset DISPLAY WAYLAND_DISPLAY
trap end EXIT
or_left_out 'Wine' timeout -k 5 300 wineboot --init

passed=0
failed=0
code=0
output=$(run "$work/Cli/tpmhw.exe" getrandom 16 --tpm tbs) || code=$?
check 'a machine without a TPM' "$code $(cat "$work/errors")" '^4 .*TBS_E_TPM_NOT_FOUND'

# Found as on Windows: by its path in the system folder.
cp "$work/tbs.dll" "$work/prefix/drive_c/windows/system32/tbs.dll"
export WINEDLLOVERRIDES="$base;tbs=n"
start_swtpm 20 --tpm2
start_swtpm 12
export TPMHW_TEST_SWTPM_20=${family_ports[0]} TPMHW_TEST_SWTPM_12=${family_ports[1]} TBS_DOUBLE_PORT=${family_ports[0]}

output=$(run "$work/Wine/tbs-tests.exe") || true
check 'the tests of TpmHw.Tbs' "$output" '^([0-9]+) passed, 0 failed, 0 skipped'
passed=$((passed + ${BASH_REMATCH[1]:-0}))
output=$(run "$work/Cli/tpmhw.exe" getrandom 16 --hex --tpm tbs) || true
check 'tpmhw getrandom 16 --tpm tbs' "$output" '^[0-9a-f]{32}$'
output=$(run "$work/Cli/tpmhw.exe" info --json) || true
check 'tpmhw info on what auto finds' "$output" '"transport": "tbs"'

echo "$passed passed, $failed failed, 0 skipped"
[[ $failed == 0 ]]
