#!/bin/bash
# IBM's utilities on the simulator that TPM_SERVER_NAME, TPM_COMMAND_PORT and TPM_PLATFORM_PORT name, in the current
# directory. Each is a process that leaves keys and sessions in the TPM for the next one. Anything that fails ends it;
# what it prints is the same on every TPM.
set -euo pipefail

export TPM_INTERFACE_TYPE=socsim TPM_SERVER_TYPE=mssim TPM_DATA_DIR=. TPM_ENCRYPT_SESSIONS=0
say() { echo "$@"; }
quiet() { "$@" >last.out || { cat last.out; exit 1; }; }
handle() { quiet "$@" && grep -o 'Handle [0-9a-f]*' last.out; }

# A key with a password, a signature.
echo "a message" >message
handle tsscreateprimary -hi o -st -ecc nistp256
quiet tsscreate -hp 80000000 -si -ecc nistp256 -opr key.priv -opu key.pub -pwdk secret
handle tssload -hp 80000000 -ipr key.priv -ipu key.pub
quiet tsssign -hk 80000001 -ecc -halg sha256 -if message -os signature -pwdk secret
quiet tssverifysignature -hk 80000001 -ecc -halg sha256 -if message -is signature && say "signature verified"
tsssign -hk 80000001 -ecc -halg sha256 -if message -os wrong -pwdk wrong >wrong.out && exit 1
grep -o 'TPM_RC_[A-Z_]*' wrong.out | head -n 1

# The same by a session, salted and encrypting, which goes on from one process to the next.
handle tssstartauthsession -se h -hs 80000000 | sed 's/02.*/02…/'
session=$(ls h02*.bin | sed 's/h\(.*\)\.bin/\1/')
quiet tsssign -hk 80000001 -ecc -halg sha256 -if message -os signature -pwdk secret -se0 "$session" 21
quiet tsssign -hk 80000001 -ecc -halg sha256 -if message -os signature -pwdk secret -se0 "$session" 20
quiet tssverifysignature -hk 80000001 -ecc -halg sha256 -if message -is signature && say "signature by session verified"

# More objects than the TPM has slots.
for _ in 1 2 3; do
    handle tssload -hp 80000000 -ipr key.priv -ipu key.pub
done
quiet tsssign -hk 80000002 -ecc -halg sha256 -if message -os signature -pwdk secret
quiet tsssign -hk 80000001 -ecc -halg sha256 -if message -os signature -pwdk secret

# Sealed under PCR 16.
quiet tsspcrreset -ha 16
quiet tsspcrextend -ha 16 -halg sha256 -ic "a measurement"
tsspcrread -ha 16 -halg sha256 -ns | tee pcr.value
quiet tsspolicymakerpcr -bm 10000 -halg sha256 -if pcr.value -of pcr.txt
quiet tsspolicymaker -halg sha256 -if pcr.txt -of pcr.policy
echo -n "sealed" >data
quiet tsscreate -hp 80000000 -bl -kt f -kt p -if data -opr seal.priv -opu seal.pub -pol pcr.policy -uwa
handle tssload -hp 80000000 -ipr seal.priv -ipu seal.pub
quiet tssstartauthsession -se p
policy=$(ls h03*.bin | sed 's/h\(.*\)\.bin/\1/')
quiet tsspolicypcr -ha "$policy" -bm 10000 -halg sha256
quiet tssunseal -ha 80000005 -of unsealed -se0 "$policy" 0
say "unsealed: $(cat unsealed)"

# NV memory.
quiet tssnvdefinespace -hi o -ha 01500021 -pwdn index -sz 16
quiet tssnvwrite -ha 01500021 -pwdn index -ic "kept for good"
tssnvread -ha 01500021 -pwdn index -sz 13 | grep -A1 'nvread: data'
quiet tssnvundefinespace -hi o -ha 01500021

# A quote.
quiet tsscreateprimary -hi e -si -ecc nistp256
quiet tssquote -hp 16 -hk 80000006 -salg ecc -halg sha256 -palg sha256 -os quote.sig -oa quote.att
quiet tssverifysignature -hk 80000006 -ecc -halg sha256 -if quote.att -is quote.sig && say "quote believed"
for object in 80000000 80000001 80000002 80000003 80000004 80000005 80000006; do
    quiet tssflushcontext -ha $object
done
tssgetcapability -cap 1 -pr 80000000
say "end"
