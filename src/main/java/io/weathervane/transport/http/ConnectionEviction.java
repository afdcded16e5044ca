package io.weathervane.transport.http;

import io.weathervane.transport.http.RankedConnectionOwner.Standing;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides which connection gives its place up when there are more than places: first of those who have shown least who
 * they are, then of the holder that has most. So no holder keeps the others out, whatever its connections do.
 */
final class ConnectionEviction {
    /** Who needs a place when no request does: it is not known yet what the connections beyond the limit want. */
    static final RankedConnectionOwner UNNAMED = new RankedConnectionOwner("", Standing.UNPROVEN);

    /** How long a connection of a holder who has shown more than the newcomer keeps its place after an answer. */
    private static final Duration IDLE_MIN = Duration.ofSeconds(5);

    /** A holder of more than the half of the places takes no other's, and gives way even while it is answered. */
    private static final int SHARE_DIVISOR = 2;

    private final RankedConnectionOwner newcomer;
    private final int share;
    private final Map<String, Long> counts;

    /** Activity of a connection. */
    enum Activity {
        /** Its request has not come whole. */
        SPEAKING,
        /** It has had an answer, and says nothing. */
        IDLE,
        /** Its request is being answered: a call, or a stream. */
        WORKING
    }

    /**
     * A connection.
     *
     * @param age how long it has been doing what it does
     */
    record Held<C>(C connection, RankedConnectionOwner owner, Activity activity, Duration age) {}

    private ConnectionEviction(RankedConnectionOwner newcomer, int places, Map<String, Long> counts) {
        this.newcomer = newcomer;
        this.share = Math.max(1, places / SHARE_DIVISOR);
        this.counts = counts;
    }

    /**
     * The connection that gives way; empty when none does.
     *
     * @param newcomer whose connection needs a place
     * @param all every other connection
     * @param age how long the one must have done what it does at least
     */
    static <C> Optional<Held<C>> choose(RankedConnectionOwner newcomer, List<Held<C>> all, int places, Duration age) {
        ConnectionEviction rules = new ConnectionEviction(
                newcomer,
                places,
                all.stream().collect(Collectors.groupingBy(held -> held.owner().name(), Collectors.counting())));
        return all.stream()
                .filter(held -> held.age().compareTo(age) >= 0 && rules.givesWay(held))
                .min(rules.order());
    }

    private Comparator<Held<?>> order() {
        return Comparator.comparing((Held<?> held) -> held.owner().standing())
                .thenComparing(held -> held.activity() == Activity.WORKING)
                .thenComparing(held -> -count(held.owner()))
                .thenComparing(Held::activity)
                .thenComparing(Held::age, Comparator.reverseOrder());
    }

    private boolean givesWay(Held<?> held) {
        Standing standing = held.owner().standing();
        boolean own = held.owner().name().equals(newcomer.name());
        if (!own && isOverShare(newcomer)) {
            return false;
        }
        return switch (held.activity()) {
            case SPEAKING -> true;
            case IDLE ->
                newcomer.equals(UNNAMED)
                        || standing.compareTo(newcomer.standing()) <= 0
                        || held.age().compareTo(IDLE_MIN) > 0;
            case WORKING ->
                standing == Standing.UNPROVEN
                        || standing.compareTo(newcomer.standing()) < 0
                        || (!own && isOverShare(held.owner()) && standing == newcomer.standing());
        };
    }

    /** The server's own user has no share: its places are its own. */
    private boolean isOverShare(RankedConnectionOwner owner) {
        return owner.standing() != Standing.OWNER && count(owner) > share;
    }

    private long count(RankedConnectionOwner owner) {
        return counts.getOrDefault(owner.name(), 0L);
    }
}
