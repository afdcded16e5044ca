package io.weathervane.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.monitor.SignalValue.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two forms in which a signal is posted. */
class SignalReportReaderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"status": "firing"}                              | FIRING   | 1
        {"status": "firing", "value": 0.3}                | FIRING   | 0.3
        {"status": "firing", "value": null}               | FIRING   | 1
        {"value": -2}                                     | MEASURED | -2
        {"status": "resolved"}                            | QUIET    |
        {"status": "resolved", "value": 0.3}              | QUIET    |
        """)
    void readsOurOwnForm(String body, State state, Double number) {
        PostedSignalReport report = read(body);

        assertThat(report.state()).isEqualTo(state);
        assertThat(report.group()).isEqualTo(PostedSignalReport.OWN);
        if (number == null) {
            assertThat(report.number()).isEmpty();
        } else {
            assertThat(report.number()).hasValue(number);
        }
    }

    @Test
    void aReasonIsShownOnOneLineWithoutSecretsAndBounded() {
        String reason = read("{\"status\": \"firing\", \"reason\": \" a\\nb \\u001b[2J password=hunter22 "
                        + "x".repeat(3000) + "\"}")
                .reason();

        assertThat(reason)
                .startsWith("a b ")
                .doesNotContain("hunter22", "\n", "\u001b")
                .hasSizeLessThan(260);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        firing                                  | the body is not JSON
        {"status": "firing"                     | the body is not JSON
        {"status": "firing", "status": "x"}     | the body is not JSON
        {"value": NaN}                          | the body is not JSON
        []                                      | the body is not a JSON object
        {}                                      | there is neither a status nor a value
        {"reason": "x"}                         | there is neither a status nor a value
        {"status": "ok"}                        | the status must be firing or resolved, was "ok"
        {"status": 1}                           | the status must be firing or resolved, was "1"
        {"status": "firing", "value": "0.3"}    | the value is not a finite number
        {"value": 1e999}                        | the value is not a finite number
        {"status": "firing", "reason": 5}       | the reason is not a text
        {"status": "firing", "state": "x"}      | the key "state" is not known
        {"version": "3", "status": "firing", "alerts": []} | version 4 of Alertmanager's webhook is understood, this has version "3"
        {"version": "4", "alerts": []}          | the status must be firing or resolved
        {"status": "firing", "alerts": {}}      | alerts is not a list
        """)
    void saysWhatIsWrongWithAnythingElse(String body, String why) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(SignalRefusedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void countsTheFiringAlertsOfAlertmanager() throws IOException {
        PostedSignalReport report = SignalReportReader.read(recorded("alertmanager-firing.json"));

        assertThat(report.state()).isEqualTo(State.FIRING);
        assertThat(report.number()).hasValue(2);
        assertThat(report.reason()).isEqualTo("CheckoutErrors (2 alerts): Checkout fails for 8% of customers");
    }

    @Test
    void knowsWhatAlertmanagerResolvesByItsGroup() throws IOException {
        PostedSignalReport firing = SignalReportReader.read(recorded("alertmanager-firing.json"));
        PostedSignalReport resolved = SignalReportReader.read(recorded("alertmanager-resolved.json"));

        assertThat(resolved.state()).isEqualTo(State.QUIET);
        assertThat(resolved.group()).isEqualTo(firing.group()).isNotEqualTo(PostedSignalReport.OWN);
    }

    private static PostedSignalReport read(String body) {
        return SignalReportReader.read(body.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] recorded(String name) throws IOException {
        try (InputStream in = SignalReportReaderTest.class.getResourceAsStream(name)) {
            return Optional.ofNullable(in).orElseThrow().readAllBytes();
        }
    }
}
