package io.weathervane.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.weathervane.testing.FakeTicker;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StderrDrainTest {
    private final Logger log = (Logger) LoggerFactory.getLogger("Worker");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        log.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(logged);
    }

    @Test
    void showsNoSecretOfTheLinesItKeepsNorOfThoseItLogs() throws Exception {
        StderrDrain drain = drained("connecting\nDB_PASSWORD=hunter2hunter\nready\n");

        assertThat(drain.lastLines()).containsExactly("connecting", "DB_PASSWORD=[redacted]", "ready");
        assertThat(linesLogged("secret")).containsExactly("connecting", "DB_PASSWORD=[redacted]", "ready");
    }

    @Test
    void takesOutAKeyThatBeginsAmongLinesThatAreNotLogged() throws Exception {
        StderrDrain drain = drained("talk\n".repeat(500)
                + "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA0123456789abcdef\n".repeat(25)
                + "-----END RSA PRIVATE KEY-----\ndone\n");

        assertThat(drain.lastLines()).hasSize(20).endsWith("done").noneMatch(line -> line.contains("MIIEp"));
    }

    @Test
    void logsAHundredLinesOfAFloodAndSaysHowManyItLeftOut() throws Exception {
        drained("token=abcdefgh12345678\n".repeat(1_000));

        assertThat(linesLogged("secret")).hasSize(100).containsOnly("token=[redacted]");
        assertThat(logged.list)
                .last()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo("worker=secret stderr: 900 lines left out of the log");
    }

    private static StderrDrain drained(String stderr) throws InterruptedException {
        StderrDrain drain = StderrDrain.start(
                "secret", new ByteArrayInputStream(stderr.getBytes(StandardCharsets.UTF_8)), new FakeTicker());
        drain.awaitEnd(Duration.ofSeconds(20));
        return drain;
    }

    private List<String> linesLogged(String worker) {
        String start = "worker=" + worker + " stderr: ";
        return logged.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.startsWith(start) && !line.endsWith("left out of the log"))
                .map(line -> line.substring(start.length()))
                .toList();
    }
}
