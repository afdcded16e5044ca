package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.peer.Peer;
import io.weathervane.tool.Caller;
import io.weathervane.transport.http.ConnectionEviction.Activity;
import io.weathervane.transport.http.ConnectionEviction.Held;
import io.weathervane.transport.http.RankedConnectionOwner.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which connection gives its place up, with eight places. */
class ConnectionEvictionTest {
    private static final int PLACES = 8;

    private static final RankedConnectionOwner OWNER = new RankedConnectionOwner("user root", Standing.OWNER);
    private static final RankedConnectionOwner ALICE = new RankedConnectionOwner("user alice", Standing.GUEST);
    private static final RankedConnectionOwner BOB = new RankedConnectionOwner("user bob", Standing.GUEST);
    private static final RankedConnectionOwner VERA = new RankedConnectionOwner("token vera", Standing.KNOWN);
    private static final RankedConnectionOwner OLAF = new RankedConnectionOwner("token olaf", Standing.KNOWN);
    private static final RankedConnectionOwner NAMELESS =
            new RankedConnectionOwner("address 192.0.2.1", Standing.UNPROVEN);

    private final List<Held<String>> all = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(Activity.class)
    void anotherUserHoldsNoPlaceAgainstTheServersOwnWhateverItDoes(Activity activity) {
        hold("hers", ALICE, activity, 3, PLACES);

        assertThat(chosenFor(OWNER)).contains("hers");
    }

    @ParameterizedTest
    @EnumSource(Activity.class)
    void withoutATokenNoConnectionHoldsAPlaceAgainstOneWith(Activity activity) {
        hold("nameless", NAMELESS, activity, 0, PLACES);
        hold("vera's", VERA, Activity.IDLE, 100, 1);

        assertThat(chosenFor(OLAF)).contains("nameless");
    }

    @ParameterizedTest
    @EnumSource(Activity.class)
    void aHolderOfMoreThanTheHalfGivesWayToItsLike(Activity activity) {
        hold("vera's", VERA, activity, 3, PLACES / 2 + 1);
        hold("a call of olaf's", OLAF, Activity.WORKING, 60, 3);

        assertThat(chosenFor(OLAF)).contains("vera's");
        assertThat(chosenFor(new RankedConnectionOwner("token otto", Standing.KNOWN)))
                .contains("vera's");
    }

    @Test
    void aHolderOfMoreThanTheHalfTakesNoPlaceOfAnother() {
        hold("hers", ALICE, Activity.WORKING, 3, PLACES / 2 + 1);
        hold("his", BOB, Activity.IDLE, 100, 2);
        hold("the owner's", OWNER, Activity.SPEAKING, 100, 1);

        assertThat(chosenFor(ALICE)).isEmpty();
    }

    @Test
    void whatIsAnsweredKeepsItsPlaceWhileItsHolderHasNoMoreThanTheHalf() {
        hold("vera's", VERA, Activity.WORKING, 100, PLACES / 2);
        hold("olaf's", OLAF, Activity.WORKING, 100, PLACES / 2);

        assertThat(chosenFor(new RankedConnectionOwner("token otto", Standing.KNOWN)))
                .isEmpty();
        assertThat(chosenFor(NAMELESS)).isEmpty();
    }

    @Test
    void theServersOwnUserIsNeverCutOffInACall() {
        hold("the owner's", OWNER, Activity.WORKING, 100, PLACES);

        assertThat(chosenFor(ALICE)).isEmpty();
        assertThat(chosenFor(OWNER)).isEmpty();
        assertThat(chosenFor(ConnectionEviction.UNNAMED)).isEmpty();
    }

    @Test
    void thatOfTheHolderWithMostGoesFirst() {
        hold("his", BOB, Activity.SPEAKING, 100, 1);
        hold("hers", ALICE, Activity.IDLE, 1, 3);

        assertThat(chosenFor(BOB)).contains("hers");
    }

    @Test
    void oneThatSpeaksGoesBeforeOneThatIsIdleAndAnOldOneBeforeAYoungOne() {
        hold("idle", ALICE, Activity.IDLE, 50, 1);
        hold("young", ALICE, Activity.SPEAKING, 1, 1);
        hold("old", ALICE, Activity.SPEAKING, 2, 1);

        assertThat(chosenFor(BOB)).contains("old");
    }

    @Test
    void moreConnectionsThanPlacesCostTheServersUserNoRequestWhileAnotherUserIsIdle() {
        hold("the owner's request", OWNER, Activity.SPEAKING, 1, 1);
        hold("hers", ALICE, Activity.IDLE, 1, PLACES);

        assertThat(chosenFor(ConnectionEviction.UNNAMED)).contains("hers");
    }

    @Test
    void aStrangerWaitsUntilAKnownOneHasBeenIdleForLong() {
        hold("vera's", VERA, Activity.IDLE, 4, 4);

        assertThat(chosenFor(NAMELESS)).isEmpty();
        assertThat(chosenFor(OLAF)).contains("vera's");

        hold("older", VERA, Activity.IDLE, 6, 1);
        assertThat(chosenFor(NAMELESS)).contains("older");
    }

    @Test
    void aConnectionIsOfItsTokenElseOfItsUserElseOfItsAddress() {
        Optional<Peer> alice = Optional.of(new Peer(Peer.Kind.OTHER_USER, "alice"));
        Optional<Peer> root = Optional.of(new Peer(Peer.Kind.SERVER_USER, "root"));
        Caller vera = new Caller("vera", Caller.Transport.HTTP, Set.of());

        assertThat(RankedConnectionOwner.of(Optional.of(vera), alice, "127.0.0.1", true))
                .isEqualTo(VERA);
        assertThat(RankedConnectionOwner.of(Optional.empty(), alice, "127.0.0.1", false))
                .isEqualTo(ALICE);
        assertThat(RankedConnectionOwner.of(Optional.empty(), root, "127.0.0.1", false))
                .isEqualTo(OWNER);
        assertThat(RankedConnectionOwner.of(Optional.empty(), root, "127.0.0.1", true))
                .isEqualTo(new RankedConnectionOwner("user root", Standing.UNPROVEN));
        assertThat(RankedConnectionOwner.of(Optional.empty(), Optional.of(Peer.UNKNOWN), "192.0.2.1", true))
                .isEqualTo(NAMELESS);
    }

    @Test
    void oneThatIsStillLookedUpIsTakenForTheServersUsers() {
        assertThat(RankedConnectionOwner.of(Optional.empty(), Optional.empty(), "127.0.0.1", false)
                        .standing())
                .isEqualTo(Standing.OWNER);
        assertThat(RankedConnectionOwner.of(Optional.empty(), Optional.empty(), "127.0.0.1", true)
                        .standing())
                .isEqualTo(Standing.UNPROVEN);
    }

    @Test
    void whatAProxyPassesOnIsNotTheServersUsers() {
        Optional<Peer> root = Optional.of(new Peer(Peer.Kind.SERVER_USER, "root"));
        Caller passedOn = Caller.ofUser(Caller.ANONYMOUS, Caller.Transport.HTTP, Caller.Identity.UNKNOWN, Set.of());

        assertThat(RankedConnectionOwner.of(Optional.of(passedOn), root, "127.0.0.1", false))
                .isEqualTo(new RankedConnectionOwner("address 127.0.0.1", Standing.GUEST));
    }

    private void hold(String name, RankedConnectionOwner owner, Activity activity, int seconds, int times) {
        all.addAll(Collections.nCopies(times, new Held<>(name, owner, activity, Duration.ofSeconds(seconds))));
    }

    private Optional<String> chosenFor(RankedConnectionOwner newcomer) {
        return ConnectionEviction.choose(newcomer, all, PLACES, Duration.ZERO).map(Held::connection);
    }
}
