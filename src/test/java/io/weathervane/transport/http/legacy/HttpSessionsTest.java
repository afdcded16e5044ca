package io.weathervane.transport.http.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.tool.Caller;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpSessionsTest {
    private static final Caller ALICE = new Caller("alice", Caller.Transport.HTTP);
    private static final Caller BOB = new Caller("bob", Caller.Transport.HTTP);

    private final AtomicLong nanos = new AtomicLong(-3);
    private final McpDispatcher dispatcher =
            TestDispatchers.of(new ServerInfo("test", "Test", "0", ""), new ScriptedTools().registry());
    private final HttpSessions sessions = new HttpSessions(dispatcher, 2, Duration.ofMinutes(30), nanos::get);

    @AfterEach
    void close() {
        sessions.close();
        dispatcher.close();
    }

    @Test
    void forgetsASessionThatIsIdleForTooLong() {
        String used = open(ALICE);
        String idle = open(ALICE);
        advance(Duration.ofMinutes(20));
        assertThat(sessions.find(used, ALICE)).isPresent();
        advance(Duration.ofMinutes(20));

        assertThat(sessions.find(used, ALICE)).isPresent();
        assertThat(sessions.find(idle, ALICE)).isEmpty();
        sessions.dropIdle();
        assertThat(sessions.find(used, ALICE)).isPresent();
    }

    @Test
    void keepsASessionThatIsInUseHoweverLong() {
        String id = open(ALICE);
        HttpSession session = sessions.find(id, ALICE).orElseThrow();
        session.enter();
        advance(Duration.ofHours(2));
        sessions.dropIdle();
        assertThat(sessions.find(id, ALICE)).isPresent();

        session.leave(nanos.get());
        advance(Duration.ofMinutes(31));
        sessions.dropIdle();
        assertThat(sessions.find(id, ALICE)).isEmpty();
    }

    @Test
    void makesRoomByForgettingTheOneUnusedForLongest() {
        String first = open(ALICE);
        String second = open(ALICE);
        sessions.find(first, ALICE);
        String third = open(ALICE);

        assertThat(sessions.find(second, ALICE)).isEmpty();
        assertThat(sessions.find(first, ALICE)).isPresent();
        assertThat(sessions.find(third, ALICE)).isPresent();
    }

    @Test
    void makesRoomByTheOneInUseOnlyWhenThereIsNoOther() {
        String busy = open(ALICE);
        sessions.find(busy, ALICE).orElseThrow().enter();
        String idle = open(ALICE);
        String third = open(ALICE);
        assertThat(sessions.find(idle, ALICE)).isEmpty();

        sessions.find(third, ALICE).orElseThrow().enter();
        HttpSession fourth = sessions.begin(ALICE);
        fourth.enter();
        sessions.add(fourth);
        assertThat(sessions.find(busy, ALICE)).isEmpty();
        assertThat(sessions.find(fourth.id(), ALICE)).isPresent();
    }

    @Test
    void doesNotKnowASessionBeforeItsClientWasAnswered() {
        HttpSession session = sessions.begin(ALICE);

        assertThat(sessions.find(session.id(), ALICE)).isEmpty();
    }

    @Test
    void endsASessionOnce() {
        String id = open(ALICE);

        assertThat(sessions.end(id, ALICE)).isTrue();
        assertThat(sessions.end(id, ALICE)).isFalse();
        assertThat(sessions.end("never was", ALICE)).isFalse();
    }

    @Test
    void belongsToTheCallerThatOpenedItAndIsUnknownToAnyOther() {
        String id = open(ALICE);

        assertThat(sessions.find(id, BOB)).isEmpty();
        assertThat(sessions.end(id, BOB)).isFalse();
        assertThat(sessions.find(id, ALICE)).isPresent();
    }

    @Test
    void findsTheStreamOfAnEventIdAndNothingForAnyOtherText() {
        HttpSession session = sessions.begin(ALICE);
        long number = session.newStream().number();

        assertThat(session.position(number + "-7").map(HttpSession.Position::event))
                .contains(7L);
        assertThat(session.position("0-0").map(HttpSession.Position::stream)).contains(session.standalone());
        for (String none : new String[] {"9-1", "", "-", "1", "1-", "a-1", "1-1-1", "99999999999999999999-1", "-1-1"}) {
            assertThat(session.position(none)).as(none).isEqualTo(Optional.empty());
        }
    }

    @Test
    void keepsOnlyTheNewestOfTheStreamsThatHaveEnded() {
        HttpSession session = sessions.begin(ALICE);
        SessionStream running = session.newStream();
        for (int i = 0; i < 10; i++) {
            session.newStream().cut();
        }
        session.newStream();

        assertThat(session.position(running.number() + "-0")).isPresent();
        assertThat(session.position("7-0")).isEmpty();
        assertThat(session.position("8-0")).isPresent();
    }

    private String open(Caller caller) {
        HttpSession session = sessions.begin(caller);
        sessions.add(session);
        return session.id();
    }

    private void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }
}
