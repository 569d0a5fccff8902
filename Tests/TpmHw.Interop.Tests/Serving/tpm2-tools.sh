#!/bin/bash
# What people do with tpm2-tools, on the TPM that TPM2TOOLS_TCTI names, in the current directory. Standard output has
# what is the same on every TPM; anything that fails ends it.
set -euo pipefail

say() { echo "$@"; }
# A bare TPM holds three objects, and tpm2-tools leave theirs loaded.
quiet() { "$@" >/dev/null && tpm2_flushcontext -t; }

# A key, a signature, checked by the TPM and by OpenSSL.
quiet tpm2_createprimary -C o -G ecc -c primary.ctx
quiet tpm2_create -C primary.ctx -G ecc -u key.pub -r key.priv
quiet tpm2_load -C primary.ctx -u key.pub -r key.priv -c key.ctx
echo "a message" >message
quiet tpm2_sign -c key.ctx -g sha256 -o signature message
quiet tpm2_verifysignature -c key.ctx -g sha256 -m message -s signature && say "signature verified"
quiet tpm2_sign -c key.ctx -g sha256 -f plain -o signature.der message
quiet tpm2_readpublic -c key.ctx -f pem -o key.pem
openssl dgst -sha256 -verify key.pem -signature signature.der message

# RSA encryption by a key from an RSA primary.
quiet tpm2_createprimary -C o -G rsa -c rsa.ctx
quiet tpm2_create -C rsa.ctx -G rsa2048 -u rsa.pub -r rsa.priv -c rsakey.ctx
quiet tpm2_rsaencrypt -c rsakey.ctx -o cipher message
say "decrypted: $(tpm2_rsadecrypt -c rsakey.ctx cipher)"
tpm2_flushcontext -t

# A secret that PCR 16 guards.
quiet tpm2_pcrreset 16
quiet tpm2_pcrextend 16:sha256=$(printf '5%.0s' {1..64})
tpm2_pcrread sha256:16
quiet tpm2_startauthsession -S trial.ctx
tpm2_policypcr -S trial.ctx -l sha256:16 -L pcr.policy
quiet tpm2_flushcontext trial.ctx
echo "sealed under PCR 16" | quiet tpm2_create -C primary.ctx -L pcr.policy -i - -u seal.pub -r seal.priv -c seal.ctx
quiet tpm2_startauthsession --policy-session -S policy.ctx
quiet tpm2_policypcr -S policy.ctx -l sha256:16
say "unsealed: $(tpm2_unseal -c seal.ctx -p session:policy.ctx)"
tpm2_flushcontext -t
quiet tpm2_flushcontext policy.ctx
quiet tpm2_pcrextend 16:sha256=$(printf '6%.0s' {1..64})
quiet tpm2_startauthsession --policy-session -S policy.ctx
quiet tpm2_policypcr -S policy.ctx -l sha256:16
tpm2_unseal -c seal.ctx -p session:policy.ctx >/dev/null 2>policy.errors && exit 1
tpm2_flushcontext -t
grep -o "policy check failed" policy.errors | head -n 1
quiet tpm2_flushcontext policy.ctx

# NV memory.
quiet tpm2_nvdefine -C o -s 32 -a "ownerread|ownerwrite|authread|authwrite" -p index 0x1500020
printf '%032d' 7 | quiet tpm2_nvwrite -C 0x1500020 -P index -i - 0x1500020
say "nv: $(tpm2_nvread -C 0x1500020 -P index -s 32 0x1500020)"
tpm2_nvreadpublic 0x1500020
quiet tpm2_nvundefine -C o 0x1500020

# A quote, and somebody who believes it.
quiet tpm2_createek -c ek.ctx -G ecc -u ek.pub
quiet tpm2_createak -C ek.ctx -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -f pem -n ak.name
quiet tpm2_quote -c ak.ctx -l sha256:16 -q 0123456789abcdef -m quote.msg -s quote.sig -o quote.pcrs -g sha256
quiet tpm2_checkquote -u ak.pub -m quote.msg -s quote.sig -f quote.pcrs -g sha256 -q 0123456789abcdef && say "quote believed"

# Parameters encrypted, in a session salted with a key.
quiet tpm2_startauthsession --hmac-session -c primary.ctx -S hmac.ctx
quiet tpm2_sessionconfig hmac.ctx --enable-encrypt --enable-decrypt
say "random: $(tpm2_getrandom -S hmac.ctx --hex 8 | wc -c)"
quiet tpm2_create -C primary.ctx -p secret -G ecc -u own.pub -r own.priv -P session:hmac.ctx
quiet tpm2_flushcontext hmac.ctx
quiet tpm2_load -C primary.ctx -u own.pub -r own.priv -c own.ctx
tpm2_sign -c own.ctx -p wrong -g sha256 -o wrong.sig message 2>/dev/null && exit 1
tpm2_flushcontext -t
quiet tpm2_sign -c own.ctx -p secret -g sha256 -o own.sig message && say "signed with a password"

# A key that stays, and an HMAC.
quiet tpm2_evictcontrol -C o -c key.ctx 0x81000020
tpm2_getcap handles-persistent
quiet tpm2_sign -c 0x81000020 -g sha256 -o again message
quiet tpm2_evictcontrol -C o -c 0x81000020
quiet tpm2_create -C primary.ctx -G hmac -c hmackey.ctx
say "hmac: $(head -c 3000 /dev/zero | tpm2_hmac -c hmackey.ctx --hex | wc -c)"
tpm2_flushcontext -t
say "hash: $(head -c 3000 /dev/zero | tpm2_hash -C o -g sha256 --hex)"
tpm2_getcap handles-nv-index
say "end"
