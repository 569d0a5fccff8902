# What the legs of all boots have in common.
export NO_COLOR=1

# leg NAME COMMAND…: runs it and writes how it went, with its output where it failed.
leg() {
    leg=$1
    shift
    case ,$LEGS, in
        ,, | *,$leg,*) ;;
        *) return ;;
    esac
    if ("$@") >/tmp/leg.log 2>&1; then
        echo "@rig|$leg|passed|"
    else
        killall -q farend && sleep 2
        echo "---- $leg"
        cat /tmp/leg.log
        grep -s farend: /tmp/farend.log
        echo "----"
        echo "@rig|$leg|failed|$(grep . /tmp/leg.log | tail -n 1)"
    fi
    killall -q -9 farend
    echo "== $leg ended after $(cut -d' ' -f1 /proc/uptime) s"
}

left_out() { echo "@rig|$1|left out|$2"; }

fail() {
    echo "$*"
    exit 1
}

# must_be WHAT VALUE EXPECTED
must_be() { [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"; }

# must_say TEXT PATTERN
must_say() { printf '%s\n' "$1" | grep -qE "$2" || { printf '%s\n' "$1"; fail "it does not say '$2'"; }; }

digest=85e9c195f80814581fe812e1c865737ecb3d2956df10894f77c823bfe99af856

# TPM2_CreatePrimary of an ECC storage key: takes its time, and the response is longer than a burst (Part 3, 24.1).
create_primary=$(printf %s 8002 00000043 00000131 40000001 00000009 40000009 0000 00 0000 0004 0000 0000 001a \
    0023 000b 00030072 0000 0006 0080 0043 0010 0003 0010 0000 0000 0000 00000000)

startup=80010000000c000001440000
get_random=80010000000c0000017b0020
flush_first=80010000000e0000016580000000 # TPM2_FlushContext of the first transient object

# exercise20 CONNECTION: data both ways, checked by what the TPM must make of it; a long command; a long response.
exercise20() {
    tpm=$1
    before=$(pcr16 "$tpm") || fail pcrread
    tpmhw --tpm "$tpm" pcrextend "16:sha256=$digest" || fail pcrextend
    expected=$(printf '%s%s' "$before" "$digest" | xxd -r -p | sha256sum | cut -d' ' -f1)
    must_be "PCR 16" "$(pcr16 "$tpm")" "$expected"

    commands20 "$tpm"
}

# commands20 CONNECTION [COMMAND]: by one process, and that command before.
commands20() {
    tpm=$1
    case $tpm in
        auto | *rm0) flush= ;; # a resource manager flushes itself
        *) flush=$flush_first ;;
    esac
    responses=$(tpmhw --tpm "$tpm" transmit --hex $2 $get_random $get_random $create_primary $flush) || fail transmit
    [ -z "$2" ] || next_response
    next_response
    must_be "the start of the response to TPM2_GetRandom" "${response:0:24}" 80010000002c000000000020
    one=$response
    next_response
    [ "$one" != "$response" ] || fail "the same random bytes twice: $one"
    next_response
    must_be "the response code of TPM2_CreatePrimary" "${response:12:8}" 00000000
    must_be "whether its response is as long as that of an ECC key" $((${#response} > 500)) 1
    [ -z "$flush" ] || next_response
    must_be "the last response code" "${response:12:8}" 00000000
    must_be "what comes after the last response" "$responses" ""
}

# Takes the first of the responses in hex digits, by the size that it says.
next_response() {
    size=$((0x${responses:4:8} * 2))
    [ ${#responses} -ge $size ] || fail "a response ends early: $responses"
    response=${responses:0:$size}
    responses=${responses:$size}
}

pcr16() { tpmhw --tpm "$1" pcrread sha256:16 | sed -n 's/^ *16 *: *0x//p' | tr A-F a-f; }

# exercise12 CONNECTION: the same for TPM 1.2, whose commands are of another kind.
exercise12() {
    tpm=$1
    must_say "$(tpmhw --tpm "$tpm" info)" 'family +TPM 1.2'
    random=$(tpmhw --tpm "$tpm" transmit --hex 00c10000000e0000004600000020) || fail "transmit: $random" # TPM_GetRandom, 32 bytes
    must_be "the start of the response to TPM_GetRandom" "$(printf %s "$random" | cut -c1-28)" 00c40000002e0000000000000020

    # TPM_Extend of PCR 10, which answers with the new value, and TPM_PcrRead (TPM Main, part 3, 16.1 and 16.2).
    data=85e9c195f80814581fe812e1c865737ecb3d2956
    before=$(pcr10 "$tpm")
    expected=$(printf '%s%s' "$before" "$data" | xxd -r -p | sha1sum | cut -d' ' -f1)
    must_be "the response to TPM_Extend" "$(tpmhw --tpm "$tpm" transmit --hex "00c100000022000000140000000a$data")" "00c40000001e00000000$expected"
    must_be "PCR 10" "$(pcr10 "$tpm")" "$expected"
}

pcr10() { tpmhw --tpm "$1" transmit --hex 00c10000000e000000150000000a | cut -c21-; }

# While the kernel's driver has the TPM: refused with advice, and the advice works, to take it and to give it back.
# bound_refusal DRIVER
bound_refusal() {
    said=$(tpmhw --tpm mmio: info 2>&1)
    must_be "the exit code" $? 4
    must_say "$said" "The kernel's driver $1 has this machine's TPM"
    must_say "$said" 'device:/dev/tpmrm0'
    unbind=$(printf '%s\n' "$said" | grep -o 'echo .*/unbind') || fail "no command that unbinds in: $said"
    bind=$(printf '%s\n' "$said" | grep -o 'echo .*/bind') || fail "no command that binds in: $said"
    eval "$unbind" || fail "$unbind"
    [ ! -e /dev/tpm0 ] || fail "/dev/tpm0 is still there after: $unbind"
    tpmhw --tpm mmio: info || fail "unbound, but mmio: does not work"
    eval "$bind" || fail "$bind"
    node=$(echo /dev/tpm[0-9]) # IMA keeps the first one's number
    [ -e "$node" ] || fail "there is no /dev/tpmN after: $bind"
    tpmhw --tpm "device:$node" info || fail "$node does not work after: $bind"
    eval "$unbind"
}

sudo() { "$@"; }
