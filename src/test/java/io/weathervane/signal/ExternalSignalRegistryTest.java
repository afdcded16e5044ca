package io.weathervane.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.RuleCondition.Comparison;
import io.weathervane.monitor.SignalLimit;
import io.weathervane.monitor.SignalReading;
import io.weathervane.monitor.SignalValue.State;
import io.weathervane.signal.SignalPostResult.Outcome;
import io.weathervane.testing.Await;
import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import io.weathervane.util.HmacSignature;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ServiceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known of signals, and who may say it. */
@Timeout(60)
class ExternalSignalRegistryTest {
    private static final Instant NOW = Instant.parse("2026-11-30T03:00:00Z");
    private static final String SECRET = "s3cr3t";
    private static final byte[] FIRING = bytes("{\"status\": \"firing\", \"reason\": \"payments fail\"}");
    private static final byte[] RESOLVED = bytes("{\"status\": \"resolved\"}");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FakeClock clock = FakeClock.atNoon();
    private final FakeTicker ticker = new FakeTicker();
    private final ExternalSignalRegistry signals =
            new ExternalSignalRegistry(List.of(posted("checkout")), clock, ticker);

    @Test
    void nothingPostedIsQuiet() {
        assertThat(reading().value().state()).isEqualTo(State.QUIET);
        assertThat(reading().isUnknown()).isFalse();
    }

    @Test
    void anAlarmIsInForceUntilItIsResolved() {
        assertThat(post(FIRING)).isEqualTo(Outcome.TAKEN);
        ticker.advance(MINUTE);

        assertThat(reading().value().state()).isEqualTo(State.FIRING);
        assertThat(reading().value().detail()).isEqualTo("payments fail");
        assertThat(reading().value().at()).isEqualTo(NOW.minus(MINUTE));

        post(RESOLVED);
        assertThat(reading().value().state()).isEqualTo(State.QUIET);
    }

    @Test
    void anAlarmThatIsNotRepeatedForThreeIntervalsIsUnknown() {
        post(FIRING);
        ticker.advance(MINUTE.multipliedBy(SignalConfig.AGE_INTERVALS_MAX));
        assertThat(reading().value().state()).isEqualTo(State.FIRING);

        ticker.advance(Duration.ofSeconds(1));
        assertThat(reading().value().state()).isEqualTo(State.UNKNOWN);
        assertThat(reading().value().detail()).isEqualTo("the last report, firing, is 181 s old");
    }

    @Test
    void whatIsOldWhenAWatchBeginsSaysNothingInIt() {
        post(FIRING);
        ticker.advance(Duration.ofHours(1));
        signals.watch(true);

        assertThat(reading().value().state()).isEqualTo(State.QUIET);
        assertThat(signals.notes()).isEmpty();
    }

    @Test
    void signalsOfANewConfigurationAreReadFromTheNextWatchOn() {
        post(FIRING);
        signals.replace(List.of(posted("canary"), posted("checkout")));

        assertThat(signals.isReplaced()).isTrue();
        assertThat(signals.readings(NOW)).extracting(SignalReading::name).containsExactly("checkout");
        assertThat(signals.receive("canary", FIRING, Optional.empty(), "alice").outcome())
                .as("what is posted meanwhile is not lost")
                .isEqualTo(Outcome.TAKEN);

        signals.renew();
        assertThat(signals.isReplaced()).isFalse();
        assertThat(signals.readings(NOW))
                .as("one that is the same keeps its value")
                .extracting(signal -> signal.name() + " " + signal.value().state())
                .containsExactly("canary FIRING", "checkout FIRING");
    }

    @Test
    void aSignalThatIsLeftOrHasAnotherSecretKnowsNothingOfBefore() {
        post(FIRING);
        signals.replace(List.of(config("checkout", Optional.of("another"), MINUTE)));
        signals.renew();

        assertThat(reading().value().state()).isEqualTo(State.QUIET);

        signals.replace(List.of());
        signals.renew();
        assertThat(signals.readings(NOW)).isEmpty();
        assertThat(post(FIRING)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aReportThatGrowsOldInAWatchIsToldOfInTheHealth() {
        signals.watch(true);
        post(FIRING);
        ticker.advance(Duration.ofHours(1));

        assertThat(signals.notes())
                .containsExactly("signal checkout is unknown: the last report, firing, is 3600 s old");
        signals.watch(false);
        assertThat(signals.notes()).isEmpty();
    }

    @Test
    void oneGroupOfAlertsThatIsResolvedLeavesTheOther() throws IOException {
        String firing = new String(SignalReportReaderTest.recorded("alertmanager-firing.json"), StandardCharsets.UTF_8);
        String other = firing.replace("\"groupKey\": \"{}", "\"groupKey\": \"{other}");
        post(bytes(firing));
        post(bytes(other));
        assertThat(reading().value().number()).hasValue(4);

        post(SignalReportReaderTest.recorded("alertmanager-resolved.json"));
        assertThat(reading().value().state()).isEqualTo(State.FIRING);
        assertThat(reading().value().number()).hasValue(2);
    }

    @Test
    void groupsAreBounded() {
        for (int i = 0; i < PostedSignalFeed.GROUPS_MAX; i++) {
            assertThat(post(group(i))).isEqualTo(Outcome.TAKEN);
        }
        assertThat(post(group(PostedSignalFeed.GROUPS_MAX))).isEqualTo(Outcome.TOO_MANY);

        ticker.advance(Duration.ofHours(1));
        assertThat(post(group(PostedSignalFeed.GROUPS_MAX))).isEqualTo(Outcome.TAKEN);
    }

    @Test
    void whatIsMalformedChangesNothing() {
        post(FIRING);

        assertThat(post(bytes("{\"status\": \"fine\"}"))).isEqualTo(Outcome.MALFORMED);
        assertThat(reading().value().state()).isEqualTo(State.FIRING);
    }

    @Test
    void aSignedBodyIsTakenOnce() {
        String header = HmacSignature.header(SECRET, clock.instant(), FIRING);

        assertThat(signed(FIRING, header)).isEqualTo(Outcome.TAKEN);
        assertThat(signed(FIRING, header)).isEqualTo(Outcome.UNPROVEN);
    }

    @Test
    void aForgedOrOldSignatureChangesNothing() {
        String good = HmacSignature.header(SECRET, clock.instant(), FIRING);
        String forged = HmacSignature.header("guess", clock.instant(), FIRING);
        String ahead = HmacSignature.header(SECRET, clock.instant().plus(Duration.ofMinutes(6)), FIRING);

        assertThat(signed(FIRING, forged)).isEqualTo(Outcome.UNPROVEN);
        assertThat(signed(FIRING, ahead)).isEqualTo(Outcome.UNPROVEN);
        assertThat(signed(FIRING, good.replaceFirst("t=\\d+", "t=1"))).isEqualTo(Outcome.UNPROVEN);
        assertThat(signed(FIRING, "v1=abc")).isEqualTo(Outcome.UNPROVEN);
        assertThat(signed(FIRING, "")).isEqualTo(Outcome.UNPROVEN);
        assertThat(signed(RESOLVED, good)).isEqualTo(Outcome.UNPROVEN);
        clock.advance(HmacSignature.WINDOW.plusSeconds(1));
        assertThat(signed(FIRING, good)).isEqualTo(Outcome.UNPROVEN);
        assertThat(reading().value().state()).isEqualTo(State.QUIET);
    }

    @Test
    void aSignalWithoutASecretTakesNoSignature() {
        ExternalSignalRegistry unsigned =
                new ExternalSignalRegistry(List.of(config("open", Optional.empty(), MINUTE)), clock, ticker);

        SignalPostResult result = unsigned.receive(
                "open", FIRING, Optional.of(HmacSignature.header("any", clock.instant(), FIRING)), "x");

        assertThat(result.outcome()).isEqualTo(Outcome.UNPROVEN);
    }

    @Test
    void aNameThatIsNotPostedIsUnknown() {
        assertThat(signals.receive("other", FIRING, Optional.empty(), "alice").outcome())
                .isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void anAlarmOfBeforeARestartIsStillInForce() {
        post(FIRING);
        List<SignalReading> stored = signals.readings(NOW);
        ExternalSignalRegistry after = new ExternalSignalRegistry(List.of(posted("checkout")), clock, ticker);

        after.recall(stored, NOW.plusSeconds(20));

        SignalReading recalled = after.readings(NOW.plusSeconds(20)).get(0);
        assertThat(recalled.value().state()).isEqualTo(State.FIRING);
        assertThat(recalled.value().at()).isEqualTo(NOW);
        after.receive("checkout", RESOLVED, Optional.empty(), "alice");
        assertThat(after.readings(NOW).get(0).value().state()).isEqualTo(State.QUIET);
    }

    @Test
    void asksOnlyWhileAWatchIsOn() throws IOException {
        try (FakePrometheus prometheus = new FakePrometheus();
                ExternalSignalRegistry polled = polling(prometheus, Duration.ofMillis(100), Ticker.system())) {
            assertThat(polled.readings(NOW).get(0).isUnknown()).isTrue();
            assertThat(prometheus.asked()).isZero();

            prometheus.answers(FakePrometheus.scalar("0.25"));
            polled.watch(true);
            Await.until(
                    "it was asked", () -> polled.readings(NOW).get(0).value().state() == State.MEASURED);
            long first = polled.readings(NOW).get(0).value().sequence();
            Await.until(
                    "it is asked again",
                    () -> polled.readings(NOW).get(0).value().sequence() > first);

            polled.watch(false);
            Await.until("no thread asks any longer", () -> threads("signal-polled") == 0);
        }
    }

    @Test
    void anAnswerThatTurnsUnknownIsSoAtOnceAndToldAfterAWhile() throws IOException {
        FakeTicker time = new FakeTicker();
        try (FakePrometheus prometheus = new FakePrometheus();
                ExternalSignalRegistry polled = polling(prometheus, Duration.ofMillis(100), time)) {
            prometheus.answers(FakePrometheus.scalar("NaN"));
            polled.watch(true);
            Await.until("it was asked", () -> prometheus.asked() > 2);

            assertThat(polled.readings(NOW).get(0).value().detail()).isEqualTo("the query's result is NaN");
            assertThat(polled.notes()).isEmpty();
            time.advance(Duration.ofSeconds(1));
            assertThat(polled.notes())
                    .containsExactly("signal polled is unknown since 1000 ms: the query's result is NaN");
        }
    }

    @Test
    void anAnswerOlderThanThreeIntervalsIsUnknown() throws IOException {
        FakeTicker time = new FakeTicker();
        try (FakePrometheus prometheus = new FakePrometheus();
                ExternalSignalRegistry polled = polling(prometheus, Duration.ofSeconds(30), time)) {
            prometheus.answers(FakePrometheus.scalar("0.25"));
            polled.watch(true);
            Await.until(
                    "it was asked", () -> polled.readings(NOW).get(0).value().state() == State.MEASURED);

            time.advance(Duration.ofSeconds(91));

            assertThat(polled.readings(NOW).get(0).value().detail()).isEqualTo("the last answer is 91 s old");
        }
    }

    @Test
    void oneThatHangsHoldsUpNoOther() throws IOException {
        try (FakePrometheus hanging = new FakePrometheus();
                FakePrometheus well = new FakePrometheus()) {
            hanging.answers(FakePrometheus.hangs());
            well.answers(FakePrometheus.scalar("3"));
            Duration interval = Duration.ofMillis(100);
            SignalConfig one = polledConfig("one", hanging, interval);
            SignalConfig other = polledConfig("other", well, interval);
            try (ExternalSignalRegistry both =
                    new ExternalSignalRegistry(List.of(one, other), Clock.systemUTC(), Ticker.system())) {
                both.watch(true);

                Await.until(
                        "the other answered",
                        () -> both.readings(NOW).get(1).value().state() == State.MEASURED);
                assertThat(both.readings(NOW).get(0).isUnknown()).isTrue();
            }
        }
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name) && thread.isAlive())
                .count();
    }

    private static ExternalSignalRegistry polling(FakePrometheus prometheus, Duration interval, Ticker ticker) {
        return new ExternalSignalRegistry(
                List.of(polledConfig("polled", prometheus, interval)), Clock.systemUTC(), ticker);
    }

    private static SignalConfig polledConfig(String name, FakePrometheus prometheus, Duration interval) {
        return new SignalConfig(
                name,
                Optional.of(new PrometheusQuerySpec(prometheus.url(), "up")),
                Optional.empty(),
                interval,
                List.of(new SignalLimit(DecisionAction.DEGRADE, Comparison.ABOVE, 1)),
                ServiceName.DEFAULT);
    }

    private static SignalConfig posted(String name) {
        return config(name, Optional.of(SECRET), MINUTE);
    }

    private static SignalConfig config(String name, Optional<String> secret, Duration interval) {
        return new SignalConfig(name, Optional.empty(), secret, interval, List.of(), ServiceName.DEFAULT);
    }

    private SignalReading reading() {
        return signals.readings(NOW).get(0);
    }

    private Outcome post(byte[] body) {
        return signals.receive("checkout", body, Optional.empty(), "alice").outcome();
    }

    private Outcome signed(byte[] body, String header) {
        return signals.receive("checkout", body, Optional.of(header), "signature")
                .outcome();
    }

    private static byte[] group(int number) {
        return bytes("{\"version\":\"4\",\"groupKey\":\"g" + number + "\",\"status\":\"firing\",\"alerts\":[]}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
