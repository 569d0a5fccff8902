using System.Runtime.CompilerServices;

namespace TpmHw;

/// <summary>
/// The sessions of one command, three at most: the first authorise its handles one by one, the others encrypt or audit.
/// A session converts to it, and so does a list, as in <c>[first, second]</c>.
/// </summary>
[CollectionBuilder(typeof(TpmSessions), nameof(Of))]
public readonly struct TpmSessions : IEquatable<TpmSessions>
{
    /// <summary>The most sessions that a command can have.</summary>
    public const int Max = 3;

    private readonly TpmSession? _first;
    private readonly TpmSession? _second;
    private readonly TpmSession? _third;

    private TpmSessions(TpmSession? first, TpmSession? second, TpmSession? third) => (_first, _second, _third) = (first, second, third);

    /// <summary>How many there are.</summary>
    public int Count => _third is not null ? 3 : _second is not null ? 2 : _first is not null ? 1 : 0;

    /// <summary>One of them.</summary>
    public TpmSession this[int index] => (index switch { 0 => _first, 1 => _second, 2 => _third, _ => null })
        ?? throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>One session; none where null.</summary>
    public static implicit operator TpmSessions(TpmSession? session) => new(session, null, null);

    /// <summary>Whether both are the same sessions in the same order.</summary>
    public static bool operator ==(TpmSessions left, TpmSessions right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(TpmSessions left, TpmSessions right) => !left.Equals(right);

    /// <summary>Some sessions.</summary>
    /// <exception cref="ArgumentException">There are more than three, or one is there twice.</exception>
    public static TpmSessions Of(params ReadOnlySpan<TpmSession> sessions)
    {
        for (int i = 0; i < sessions.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(sessions[i]);
            if (i >= Max || sessions[..i].Contains(sessions[i]))
            {
                throw new ArgumentException("A command takes at most three sessions, each of them once.", nameof(sessions));
            }
        }

        return new(sessions.Length > 0 ? sessions[0] : null, sessions.Length > 1 ? sessions[1] : null, sessions.Length > 2 ? sessions[2] : null);
    }

    /// <summary>Goes through them.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Checks that all can still be used.</summary>
    internal void ThrowIfGone()
    {
        _first?.ThrowIfGone();
        _second?.ThrowIfGone();
        _third?.ThrowIfGone();
    }

    /// <inheritdoc/>
    public bool Equals(TpmSessions other) => _first == other._first && _second == other._second && _third == other._third;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TpmSessions other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_first, _second, _third);

    /// <summary>Goes through sessions.</summary>
    public struct Enumerator
    {
        private readonly TpmSessions _sessions;
        private int _index;

        internal Enumerator(TpmSessions sessions) => (_sessions, _index) = (sessions, -1);

        /// <summary>The session that it stands at.</summary>
        public readonly TpmSession Current => _sessions[_index];

        /// <summary>Goes on to the next.</summary>
        public bool MoveNext() => ++_index < _sessions.Count;
    }
}
