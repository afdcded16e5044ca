package io.weathervane.reader;

import java.util.OptionalLong;

/**
 * One reader as known at a moment. Times are those of the ticker, in nanoseconds.
 *
 * @param epoch the newest that it has acknowledged; 0 before the first
 * @param acknowledgedAt when it did
 * @param seenAt when it was last heard of
 * @param lostAt when its connection ended; empty while it is there
 */
record FlagReader(Identity identity, long epoch, long acknowledgedAt, long seenAt, OptionalLong lostAt) {
    /**
     * The part of a reader that does not change.
     *
     * @param id unique in this process; a stream's is not to be guessed
     * @param name that people know it by
     * @param owner the caller it belongs to, who alone acknowledges for it
     */
    record Identity(String id, ReaderKind kind, String name, String owner, long joinedAt) {}

    static FlagReader joined(Identity identity) {
        return new FlagReader(identity, 0, identity.joinedAt(), identity.joinedAt(), OptionalLong.empty());
    }

    /**
     * The same after an acknowledgement; one of an older epoch than it had only says that it was heard of. A lost one stays
     * lost: its connection does not come back.
     */
    FlagReader acknowledged(long newer, long now) {
        boolean first = newer > epoch;
        return new FlagReader(identity, first ? newer : epoch, first ? now : acknowledgedAt, now, lostAt);
    }

    FlagReader lost(long now) {
        return new FlagReader(identity, epoch, acknowledgedAt, seenAt, OptionalLong.of(now));
    }

    boolean isLost() {
        return lostAt.isPresent();
    }
}
