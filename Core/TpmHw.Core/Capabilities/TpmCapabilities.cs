using System.Buffers.Binary;
using System.Text;
using TpmHw.Capabilities;
using TpmHw.Execution;
using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw;

/// <summary>What this TPM has. Each list is asked for when it is first needed, and once.</summary>
public sealed class TpmCapabilities
{
    private readonly CommandChannel _channel;
    private readonly ICommandSender _sender;
    private HashSet<uint>? _commands;
    private HashSet<uint>? _algorithms;
    private HashSet<uint>? _curves;
    private string? _identity;

    internal TpmCapabilities(CommandChannel channel, ICommandSender sender) => (_channel, _sender) = (channel, sender);

    /// <summary>Maker, vendor's text and firmware, as the TPM gives them.</summary>
    /// <exception cref="TpmCommandException">The TPM does not say.</exception>
    public string Identity
    {
        get
        {
            if (_identity is { } known)
            {
                return known;
            }

            using CommandTurn turn = _channel.TakeTurn(CancellationToken.None);
            return ReadIdentity();
        }
    }

    /// <summary>Whether it has a command.</summary>
    /// <exception cref="TpmCommandException">The TPM does not say.</exception>
    public bool Has(TpmCc command, CancellationToken cancellationToken = default) =>
        Of(ref _commands, TpmCap.Commands, cancellationToken).Contains((uint)command);

    /// <summary>Whether it has an algorithm.</summary>
    /// <exception cref="TpmCommandException">The TPM does not say.</exception>
    public bool Has(TpmAlgId algorithm, CancellationToken cancellationToken = default) =>
        Of(ref _algorithms, TpmCap.Algs, cancellationToken).Contains((uint)algorithm);

    /// <summary>Whether it has an elliptic curve.</summary>
    /// <exception cref="TpmCommandException">The TPM does not say.</exception>
    public bool Has(TpmEccCurve curve, CancellationToken cancellationToken = default) =>
        Of(ref _curves, TpmCap.EccCurves, cancellationToken).Contains((uint)curve);

    /// <summary>Whether the list of commands has been read.</summary>
    internal bool AreCommandsKnown => _commands is not null;

    /// <summary>Whether the TPM says that it has not got a command; false where it doesn't say.</summary>
    internal bool Lacks(TpmCc command, CancellationToken cancellationToken)
    {
        try
        {
            return !(_commands ??= CapabilityList.Read(_sender, TpmCap.Commands, cancellationToken)).Contains((uint)command);
        }
        catch (TpmCommandException)
        {
            return false;
        }
    }

    internal string ReadIdentity()
    {
        const uint Properties = TpmPt.FirmwareVersion2 - TpmPt.Manufacturer + 1;
        if (_identity is null)
        {
            var answer = _sender.Run<GetCapability, GetCapability.Response>(new(TpmCap.TpmProperties, (uint)TpmPt.Manufacturer, Properties), CancellationToken.None);
            Dictionary<TpmPt, uint> values = [];
            foreach (TpmsTaggedProperty property in (answer.CapabilityData.Data as TpmuCapabilities.TpmProperties)?.Items ?? [])
            {
                values[property.Property] = property.Value;
            }

            string text = Text(values, TpmPt.VendorString1, TpmPt.VendorString2, TpmPt.VendorString3, TpmPt.VendorString4);
            _identity = $"{Text(values, TpmPt.Manufacturer)} {text}, firmware {values.GetValueOrDefault(TpmPt.FirmwareVersion1):X8} {values.GetValueOrDefault(TpmPt.FirmwareVersion2):X8}";
        }

        return _identity;
    }

    private HashSet<uint> Of(ref HashSet<uint>? list, TpmCap capability, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref list) is { } known)
        {
            return known;
        }

        using CommandTurn turn = _channel.TakeTurn(cancellationToken);
        return list ??= CapabilityList.Read(_sender, capability, cancellationToken);
    }

    /// <summary>Characters, four to a property.</summary>
    private static string Text(Dictionary<TpmPt, uint> values, params ReadOnlySpan<TpmPt> properties)
    {
        Span<byte> text = stackalloc byte[sizeof(uint) * properties.Length];
        for (int i = 0; i < properties.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(text[(sizeof(uint) * i)..], values.GetValueOrDefault(properties[i]));
        }

        text.Replace((byte)0, (byte)' ');
        return Encoding.Latin1.GetString(text).Trim();
    }
}
