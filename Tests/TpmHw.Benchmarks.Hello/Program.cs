// The least program that makes the exchange of `tpmhw getrandom 16`: what start-up is measured against.
using System.Net.Sockets;

using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
socket.Connect(new UnixDomainSocketEndPoint(args[0]));
socket.Send([0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7B, 0, 16]); // TPM2_GetRandom(16)
byte[] response = new byte[4096];
int length = socket.Receive(response);
Console.WriteLine(Convert.ToHexString(response.AsSpan(12, length - 12)));
