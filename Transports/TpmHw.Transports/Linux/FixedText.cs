using System.Text;

namespace TpmHw.Transports.Linux;

/// <summary>Text in an array of char in a structure of the kernel's, up to a zero.</summary>
internal static class FixedText
{
    public static void Write(Span<byte> array, string text) => Encoding.UTF8.GetBytes(text, array);

    public static string Read(ReadOnlySpan<byte> array)
    {
        int end = array.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? array : array[..end]);
    }
}
