package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.ShellWorker;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Another program holds the database's lock: an upgrade ends all the same, and its end is recorded once it can be. */
class UpgradeLockedDatabaseTest {
    /** One wait of SQLite for a lock; an end that waits for the database takes two of them. */
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);

    @RegisterExtension
    static final TestUpgrades upgrades = TestUpgrades.ofShells(Clock.systemUTC());

    @ParameterizedTest
    @ValueSource(strings = {"build", "approval"})
    void abortActsAtOnceAndIsRecordedLater(String step) throws Exception {
        String build = step.equals("build") ? "sleep 600" : "true";
        String id =
                upgrades.begin(ShellWorker.command("well"), "{'id': 'locked-" + step + "', 'build': '" + build + "'}");
        upgrades.awaitStep(id, step);

        try (Connection other = connect();
                Statement lock = other.createStatement()) {
            lock.execute("BEGIN EXCLUSIVE");
            long begun = System.nanoTime();
            ObjectNode done = upgrades.tools().done("upgrade_abort", "{'reason': 'no more'}");

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BUSY_TIMEOUT);
            assertThat(done.path("status").asString("")).isEqualTo("aborted");
            assertThat(done.path("reason").asString("")).contains("aborted by alice: no more");
            assertThat(done.path("durable").asBoolean(true)).isFalse();
            assertThat(done.path("unwrittenRecords")).isEmpty();
            upgrades.assertNothingLeft(id);
            assertThat(recorded(id)).as("it cannot be in the database").contains("\"status\":\"");
            assertThat(recorded(id)).doesNotContain("\"status\":\"aborted\"");
        }

        upgrades.awaitUntil(
                "it is recorded", () -> upgrades.status(id).path("durable").asBoolean(false));
        assertThat(recorded(id)).contains("\"status\":\"aborted\"", "aborted by alice: no more");
        assertThat(ends(id)).hasSize(1);
    }

    @Test
    void noneBeginsWhileAnEndWaitsToBeRecorded() throws Exception {
        String id = upgrades.begin(ShellWorker.command("well"), "{'id': 'locked-first', 'build': 'sleep 600'}");
        upgrades.awaitStep(id, "build");

        try (Connection other = connect();
                Statement lock = other.createStatement()) {
            lock.execute("BEGIN EXCLUSIVE");
            upgrades.tools().done("upgrade_abort", "{}");

            String refused = upgrades.tools()
                    .refused(
                            "upgrade_run",
                            TestUpgrades.arguments(ShellWorker.command("well"), "{'id': 'locked-second'}")
                                    .toString());

            assertThat(refused).contains("could not be begun", "earlier changes are not written yet");
        }
        upgrades.awaitUntil(
                "it is recorded", () -> upgrades.status(id).path("durable").asBoolean(false));
        assertThat(upgrades.folder().resolve("state/upgrade.lock")).doesNotExist();
    }

    private static List<JsonNode> ends(String id) {
        return upgrades.tools()
                .done("audit_query", "{'kinds': ['upgrade-ended'], 'limit': 100}")
                .path("events")
                .valueStream()
                .filter(event ->
                        event.path("payload").path("upgrade").asString("").equals(id))
                .toList();
    }

    private static String recorded(String id) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            return statement
                    .executeQuery("SELECT body FROM upgrades WHERE id = '" + id + "'")
                    .getString(1);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + upgrades.folder().resolve("state/orchestrator.db"));
    }
}
