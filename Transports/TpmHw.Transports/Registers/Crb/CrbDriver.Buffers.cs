using System.Globalization;
using TpmHw.Transport;

namespace TpmHw.Transports.Registers.Crb;

/// <content>Where the buffers are, and how a command gets into them.</content>
public sealed partial class CrbDriver
{
    private void LocateBuffers()
    {
        uint commandSize = _registers.Read(CrbRegister.CtrlCmdSize);
        uint responseSize = _registers.Read(CrbRegister.CtrlRspSize);
        ulong commandAddress = _registers.ReadAddress(CrbRegister.CtrlCmdAddrLow, CrbRegister.CtrlCmdAddrHigh);
        ulong responseAddress = _registers.ReadAddress(CrbRegister.CtrlRspAddrLow, CrbRegister.CtrlRspAddrHigh);
        _writesAddresses = _quirk.WritesZeroAddresses && commandAddress == 0 && responseAddress == 0;
        if (_writesAddresses)
        {
            commandAddress = responseAddress = OwnBuffer;
            commandSize = responseSize = OwnBufferSize;
        }

        if (commandAddress == responseAddress && commandSize != responseSize)
        {
            throw new TpmTransportException(
                TpmFault.ProtocolViolation,
                $"The TPM at {_registers.Name} gives one buffer two sizes.",
                string.Create(CultureInfo.InvariantCulture, $"at 0x{commandAddress:X}: 0x{commandSize:X} bytes for commands, 0x{responseSize:X} for responses"),
                "A firmware update may help.");
        }

        FreeBuffers();
        _buffersOf = null;
        _command = CrbBuffer.Locate("command", commandAddress, commandSize, _registers.Region, _map);
        _response = commandAddress == responseAddress ? _command : CrbBuffer.Locate("response", responseAddress, responseSize, _registers.Region, _map);
        if (Info is { } info && !_registers.Id.CanChunk && (_command.Size < info.MaxCommandSize || _response.Size < info.MaxResponseSize))
        {
            throw new TpmTransportException(TpmFault.NotSupported, $"The buffers of locality {Locality} are smaller than those of locality 0.");
        }

        _buffersOf = _registers.Locality;
    }

    private ulong OwnBuffer => _registers.Region.Address + (ulong)Locality * CrbArea.LocalitySize + (ulong)CrbRegister.DataBuffer;

    private const uint OwnBufferSize = CrbArea.LocalitySize - (uint)CrbRegister.DataBuffer;

    /// <summary>
    /// Idle to Reception: the command is in the buffer. Nothing has been executed: where the locality was taken away on
    /// the way, it begins again.
    /// </summary>
    private void Submit(ReadOnlySpan<byte> command)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                TakeLocality();
                GetReady();
                Fill(command);
                if (!_area.HasLocalities || HasLocality())
                {
                    return;
                }

                throw _registers.NoLocality(TpmFault.LocalityLost, "it was taken away before the command was started");
            }
            catch (TpmTransportException e) when (attempt < MostAttempts && e.Fault == TpmFault.LocalityLost)
            {
            }
        }
    }

    /// <summary>Ready to Reception: the command into the buffer, in pieces where it doesn't fit.</summary>
    private void Fill(ReadOnlySpan<byte> command)
    {
        if (_buffersOf != _registers.Locality)
        {
            LocateBuffers();
        }

        if (_writesAddresses)
        {
            WriteAddresses();
        }

        _registers.Write(CrbRegister.CtrlCancel, 0); // whoever was here before may have left it set, which would stop the command
        for (; command.Length > _command.Size; command = command[_command.Size..])
        {
            _command.Write(command[.._command.Size]);
            NextChunk();
        }

        _command.Write(command);
    }

    private void WriteAddresses()
    {
        _registers.Write(CrbRegister.CtrlCmdSize, OwnBufferSize);
        _registers.Write(CrbRegister.CtrlCmdAddrLow, (uint)OwnBuffer);
        _registers.Write(CrbRegister.CtrlCmdAddrHigh, (uint)(OwnBuffer >> 32));
        _registers.Write(CrbRegister.CtrlRspSize, OwnBufferSize);
        _registers.Write(CrbRegister.CtrlRspAddrLow, (uint)OwnBuffer);
        _registers.Write(CrbRegister.CtrlRspAddrHigh, (uint)(OwnBuffer >> 32));
    }

    /// <summary>Has the TPM take a full buffer, or fill it with the next piece of the response.</summary>
    private void NextChunk()
    {
        _registers.Write(CrbRegister.CtrlStart, CtrlStart.NextChunk);
        _registers.Require(CrbRegister.CtrlStart, CtrlStart.NextChunk, 0, CrbTimes.B, "does not take or give the next part of a message", LookForOthers);
    }

    private void FreeBuffers()
    {
        _command?.Dispose();
        _response?.Dispose();
    }
}
