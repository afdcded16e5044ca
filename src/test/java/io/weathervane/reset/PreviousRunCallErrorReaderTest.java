package io.weathervane.reset;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.watch.MonitorJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class PreviousRunCallErrorReaderTest {
    private static final long OWN = 7;
    private static final Instant BORN = Instant.parse("2026-11-29T03:00:00Z");
    private static final Instant BEFORE = BORN.minusSeconds(60);
    private static final RecentCallErrorSummary UNKNOWN = RecentCallErrorSummary.unknownUntil(BORN);
    private static final RecentCallErrorSummary THREE =
            new RecentCallErrorSummary(3, Optional.of(BEFORE), Optional.empty());

    @Test
    void takesTheTimeOfAServerThatWasKilledAsUnknown() {
        assertThat(read(started(OWN), started(6), stopped(THREE))).isEqualTo(UNKNOWN);
        assertThat(read(started(OWN), started(OWN)))
                .as("the same pid in a container")
                .isEqualTo(UNKNOWN);
    }

    @Test
    void takesAStopThatDoesNotSayItAsUnknownUpToThen() {
        ObjectNode silent = MonitorJson.object();
        ObjectNode wrong = MonitorJson.object();
        wrong.set(
                PreviousRunCallErrorReader.FIELD,
                MonitorJson.object().put("count", 1).put("lastAt", "yesterday"));

        assertThat(read(started(OWN), event(AuditKind.SERVER_STOPPED, silent)))
                .isEqualTo(RecentCallErrorSummary.unknownUntil(BEFORE));
        assertThat(read(started(OWN), event(AuditKind.SERVER_STOPPED, wrong)))
                .isEqualTo(RecentCallErrorSummary.unknownUntil(BEFORE));
    }

    @Test
    void takesTheTimeAsUnknownWhenStateWasLost() {
        AuditEvent lost = event(AuditKind.STATE_LOST, MonitorJson.object());

        assertThat(read(lost, started(OWN), stopped(RecentCallErrorSummary.NONE), started(6)))
                .isEqualTo(UNKNOWN);
        assertThat(read(started(OWN), failedStart(), lost, started(6), stopped(RecentCallErrorSummary.NONE)))
                .isEqualTo(UNKNOWN);
        assertThat(read(started(OWN), stopped(RecentCallErrorSummary.NONE), lost, started(6)))
                .isEqualTo(RecentCallErrorSummary.NONE);
    }

    @Test
    void knowsWhatTheLastServerSaid() {
        assertThat(read(started(OWN), stopped(THREE), started(6), started(5))).isEqualTo(THREE);
        assertThat(read(stopped(THREE), started(6))).isEqualTo(THREE);
        assertThat(read(started(OWN), failedStart(), started(9), stopped(THREE), started(6)))
                .isEqualTo(THREE);
    }

    @Test
    void looksThroughAFailedStartAtTheCrashBeforeIt() {
        assertThat(read(started(OWN), failedStart(), started(9), started(6))).isEqualTo(UNKNOWN);
        List<AuditEvent> failures = IntStream.range(0, 20)
                .boxed()
                .flatMap(i -> List.of(failedStart(), started(9)).stream())
                .toList();
        assertThat(PreviousRunCallErrorReader.of(failures, Optional.empty(), OWN, BORN))
                .as("more than is read")
                .isEqualTo(UNKNOWN);
    }

    @Test
    void knowsOfNoErrorsWhereNoServerRan() {
        assertThat(read()).isEqualTo(RecentCallErrorSummary.NONE);
        assertThat(read(started(OWN))).isEqualTo(RecentCallErrorSummary.NONE);
    }

    @Test
    void carriesOnWhatStillMatters() {
        RecentCallErrorSummary both = THREE.plus(UNKNOWN);

        assertThat(RecentCallErrorSummary.read(both.json())).contains(both);
        assertThat(both.since(BEFORE.minusMillis(1))).isEqualTo(both);
        assertThat(both.since(BEFORE)).isEqualTo(UNKNOWN);
        assertThat(both.since(BORN)).isEqualTo(RecentCallErrorSummary.NONE);
        assertThat(both.newest()).contains(BORN);
        assertThat(both.since(BORN.plus(Duration.ofDays(1))).newest()).isEmpty();
    }

    private static RecentCallErrorSummary read(AuditEvent... newestFirst) {
        return PreviousRunCallErrorReader.of(List.of(newestFirst), Optional.empty(), OWN, BORN);
    }

    private static AuditEvent started(long pid) {
        return event(AuditKind.SERVER_STARTED, MonitorJson.object().put("pid", pid));
    }

    private static AuditEvent stopped(RecentCallErrorSummary errors) {
        ObjectNode payload = MonitorJson.object();
        payload.set(PreviousRunCallErrorReader.FIELD, errors.json());
        return event(AuditKind.SERVER_STOPPED, payload);
    }

    private static AuditEvent failedStart() {
        return event(AuditKind.SERVER_STOPPED, ResetPreconditions.recordOfFailedStart());
    }

    private static AuditEvent event(AuditKind kind, ObjectNode payload) {
        return new AuditEvent(1, BEFORE, NewAuditEvent.of(kind, Actor.SYSTEM, payload), "", "");
    }
}
