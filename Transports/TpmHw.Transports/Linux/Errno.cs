namespace TpmHw.Transports.Linux;

/// <summary>Error numbers of Linux, equal on every architecture that .NET runs on (asm-generic/errno.h).</summary>
internal enum Errno
{
    EPERM = 1,
    ENOENT = 2,
    EINTR = 4,
    EIO = 5,
    ENXIO = 6,
    E2BIG = 7,
    EAGAIN = 11,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    EBUSY = 16,
    ENODEV = 19,
    ENOTDIR = 20,
    EINVAL = 22,
    ENOTTY = 25,
    EPIPE = 32,
    ENODATA = 61,
    ETIME = 62,
    EPROTO = 71,
    EOVERFLOW = 75,
    EILSEQ = 84,
    EMSGSIZE = 90,
    EOPNOTSUPP = 95,
    ECONNRESET = 104,
    ESHUTDOWN = 108,
    ETIMEDOUT = 110,
    EREMOTEIO = 121,
    ECANCELED = 125,
}
