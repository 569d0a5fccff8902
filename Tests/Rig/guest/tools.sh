# What tpm2-tools do in several boots.

# tools20 TCTI: tpm2-tools do what exercise20 does.
tools20() {
    export TPM2TOOLS_TCTI=$1
    before=$(tools_pcr16) || fail pcrread
    tpm2 pcrextend "16:sha256=$digest" || fail pcrextend
    expected=$(printf '%s%s' "$before" "$digest" | xxd -r -p | sha256sum | cut -d' ' -f1)
    must_be "PCR 16" "$(tools_pcr16)" "$expected"
    one=$(tpm2 getrandom --hex 32) || fail getrandom
    must_be "the number of random digits" ${#one} 64
    [ "$one" != "$(tpm2 getrandom --hex 32)" ] || fail "the same random bytes twice: $one"

    cd /tmp && echo "to be sealed" >secret
    tpm2 createprimary -Q -G ecc -c primary.ctx || fail createprimary
    tpm2 create -Q -C primary.ctx -i secret -u sealed.pub -r sealed.priv || fail create
    tpm2 load -Q -C primary.ctx -u sealed.pub -r sealed.priv -c sealed.ctx || fail load
    must_be "what was sealed" "$(tpm2 unseal -c sealed.ctx)" "to be sealed"
}

tools_pcr16() { tpm2 pcrread sha256:16 | sed -n 's/^ *16 *: *0x//p' | tr A-F a-f; }
