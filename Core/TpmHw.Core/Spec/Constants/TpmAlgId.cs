namespace TpmHw.Spec;

/// <summary>TPM_ALG_ID: algorithms (Part 2, 6.3; the values are those of the TCG Algorithm Registry).</summary>
[TpmNames("TPM_ALG_")]
public enum TpmAlgId : ushort
{
    /// <summary>No algorithm; should not occur.</summary>
    Error = 0x0000,

    /// <summary>RSA.</summary>
    Rsa = 0x0001,

    /// <summary>Triple DES.</summary>
    Tdes = 0x0003,

    /// <summary>SHA-1.</summary>
    Sha1 = 0x0004,

    /// <summary>HMAC.</summary>
    Hmac = 0x0005,

    /// <summary>AES.</summary>
    Aes = 0x0006,

    /// <summary>The mask generation function MGF1.</summary>
    Mgf1 = 0x0007,

    /// <summary>An object that holds data or an HMAC or XOR key.</summary>
    [TpmName("KEYEDHASH")] KeyedHash = 0x0008,

    /// <summary>XOR obfuscation.</summary>
    Xor = 0x000A,

    /// <summary>SHA-256.</summary>
    Sha256 = 0x000B,

    /// <summary>SHA-384.</summary>
    Sha384 = 0x000C,

    /// <summary>SHA-512.</summary>
    Sha512 = 0x000D,

    /// <summary>SHA-256 cut to 192 bits.</summary>
    Sha256_192 = 0x000E,

    /// <summary>Nothing, where an algorithm could be.</summary>
    Null = 0x0010,

    /// <summary>SM3 with 256 bits.</summary>
    Sm3_256 = 0x0012,

    /// <summary>SM4.</summary>
    Sm4 = 0x0013,

    /// <summary>RSASSA-PKCS1-v1_5 signatures.</summary>
    Rsassa = 0x0014,

    /// <summary>RSAES-PKCS1-v1_5 encryption.</summary>
    Rsaes = 0x0015,

    /// <summary>RSASSA-PSS signatures.</summary>
    Rsapss = 0x0016,

    /// <summary>RSAES-OAEP encryption.</summary>
    Oaep = 0x0017,

    /// <summary>ECDSA.</summary>
    Ecdsa = 0x0018,

    /// <summary>ECDH.</summary>
    Ecdh = 0x0019,

    /// <summary>ECDAA, anonymous attestation.</summary>
    Ecdaa = 0x001A,

    /// <summary>SM2 signatures or key exchange.</summary>
    Sm2 = 0x001B,

    /// <summary>Schnorr signatures on an elliptic curve.</summary>
    Ecschnorr = 0x001C,

    /// <summary>ECMQV key exchange.</summary>
    Ecmqv = 0x001D,

    /// <summary>The concatenation key derivation of SP 800-56A.</summary>
    [TpmName("KDF1_SP800_56A")] Kdf1Sp800_56A = 0x0020,

    /// <summary>KDF2 of IEEE 1363a.</summary>
    Kdf2 = 0x0021,

    /// <summary>The counter mode key derivation of SP 800-108.</summary>
    Kdf1Sp800_108 = 0x0022,

    /// <summary>Elliptic curve keys.</summary>
    Ecc = 0x0023,

    /// <summary>An object that holds a symmetric key.</summary>
    [TpmName("SYMCIPHER")] SymCipher = 0x0025,

    /// <summary>Camellia.</summary>
    Camellia = 0x0026,

    /// <summary>SHA3-256.</summary>
    Sha3_256 = 0x0027,

    /// <summary>SHA3-384.</summary>
    Sha3_384 = 0x0028,

    /// <summary>SHA3-512.</summary>
    Sha3_512 = 0x0029,

    /// <summary>SHAKE128.</summary>
    Shake128 = 0x002A,

    /// <summary>SHAKE256.</summary>
    Shake256 = 0x002B,

    /// <summary>SHAKE256 with 192 bits.</summary>
    Shake256_192 = 0x002C,

    /// <summary>SHAKE256 with 256 bits.</summary>
    Shake256_256 = 0x002D,

    /// <summary>SHAKE256 with 512 bits.</summary>
    Shake256_512 = 0x002E,

    /// <summary>CMAC.</summary>
    Cmac = 0x003F,

    /// <summary>Counter mode.</summary>
    Ctr = 0x0040,

    /// <summary>Output feedback mode.</summary>
    Ofb = 0x0041,

    /// <summary>Cipher block chaining mode.</summary>
    Cbc = 0x0042,

    /// <summary>Cipher feedback mode.</summary>
    Cfb = 0x0043,

    /// <summary>Electronic codebook mode.</summary>
    Ecb = 0x0044,

    /// <summary>CCM authenticated encryption.</summary>
    Ccm = 0x0050,

    /// <summary>GCM authenticated encryption.</summary>
    Gcm = 0x0051,

    /// <summary>AES key wrap.</summary>
    Kw = 0x0052,

    /// <summary>AES key wrap with padding.</summary>
    Kwp = 0x0053,

    /// <summary>EAX authenticated encryption.</summary>
    Eax = 0x0054,

    /// <summary>EdDSA.</summary>
    Eddsa = 0x0060,

    /// <summary>EdDSA over a digest.</summary>
    EddsaPh = 0x0061,

    /// <summary>Leighton-Micali hash-based signatures.</summary>
    Lms = 0x0070,

    /// <summary>XMSS hash-based signatures.</summary>
    Xmss = 0x0071,

    /// <summary>Any keyed extendable output function.</summary>
    [TpmName("KEYEDXOF")] KeyedXof = 0x0080,

    /// <summary>KMACXOF128.</summary>
    Kmacxof128 = 0x0081,

    /// <summary>KMACXOF256.</summary>
    Kmacxof256 = 0x0082,

    /// <summary>KMAC128.</summary>
    Kmac128 = 0x0090,

    /// <summary>KMAC256.</summary>
    Kmac256 = 0x0091,

    /// <summary>ML-KEM key encapsulation.</summary>
    Mlkem = 0x00A0,

    /// <summary>ML-DSA signatures.</summary>
    Mldsa = 0x00A1,

    /// <summary>ML-DSA signatures over a digest.</summary>
    HashMldsa = 0x00A2,
}
