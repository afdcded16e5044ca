package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class AuditQueryToolTest {
    private static final int CHANGES = 7;

    @TempDir
    static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(folder, "");
        for (int i = 0; i < CHANGES; i++) {
            server.done(
                    "mcp_admin_flags",
                    "{'action': 'set', 'flags': {'UI_ENABLED': " + (i + 1) % 2 + "}, 'reason': 'change " + i + "'}");
        }
        server.done("kill_switch_engage", "{'reason': 'enough'}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'from': 'yesterday'}| from, yesterday, ISO 8601, 15m",
                "{'to': '15 minutes'}| to, ISO 8601, 24h",
                "{'kinds': ['rollback']}| kinds, rollback-executed",
                "{'kinds': ['flag-change']}| did you mean \"flag-changed\"?",
                "{'decision': 'rolback'}| decision, did you mean \"rollback\"?",
                "{'limit': 201}| limit, between 1 and 200",
                "{'cursor': 'next'}| cursor, nextCursor",
                "{'promotionId': 'p-1'}| did you mean \"promotion_id\"?",
                "{'from': '1h', 'to': '2h'}| from, to, there is no moment between",
            })
    void aMistakeIsNamedWithWhatIsAllowed(String arguments, String words) {
        assertThat(server.refused("audit_query", arguments)).contains(words.split(", "));
    }

    @Test
    void theNewestComesFirstWithWhoAndWhy() {
        String text = server.textOf("audit_query", "{'kinds': ['flag-changed', 'kill-switch-activated']}");

        assertThat(text.indexOf("kill-switch-activated by alice: enough"))
                .isNotNegative()
                .isLessThan(text.indexOf("UI_ENABLED, 0 -> 1, change 6"));
        assertThat(text.indexOf("change 6")).isLessThan(text.indexOf("change 0"));
    }

    @Test
    void pagesFollowEachOtherWithoutAGapOrARepeat() {
        List<Long> paged = new ArrayList<>();
        String cursor = "";
        do {
            ObjectNode page = server.done("audit_query", "{'limit': 3" + cursor + "}");
            page.path("events").forEach(event -> paged.add(event.path("seq").asLong()));
            assertThat(page.path("events").size()).isBetween(1, 3);
            cursor = page.path("nextCursor").isString()
                    ? ", 'cursor': '" + page.path("nextCursor").stringValue() + "'"
                    : "";
        } while (!cursor.isEmpty());

        assertThat(paged).isEqualTo(seqs(server.done("audit_query", "{'limit': 200}")));
    }

    @Test
    void theTextSaysHowToGoOn() {
        assertThat(server.textOf("audit_query", "{'limit': 1}")).contains("There is more", "cursor \"");
        assertThat(server.textOf("audit_query", "{'limit': 200}")).doesNotContain("There is more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"15m", "24h", "7d", "900s", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00+02:00"})
    void aMomentIsAnAgeOrATime(String from) {
        assertThat(server.done("audit_query", "{'from': '" + from + "', 'kinds': ['kill-switch-activated']}")
                        .path("events")
                        .size())
                .isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'from': '-999999999-01-01T00:00:00Z'",
                "'from': '-292275056-01-01T00:00:00Z'",
                "'to': '+999999999-12-31T23:59:59Z'",
                "'to': '+292278995-01-01T00:00:00Z'",
                "'from': '-1000000000-01-01T00:00:00Z', 'to': '+1000000000-12-31T23:59:59.999999999Z'",
            })
    void aMomentFurtherAwayThanAnyEventLeavesNoneOut(String range) {
        assertThat(count(range + ", 'kinds': ['kill-switch-activated']")).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'from': '+999999999-12-31T23:59:59Z'", "'to': '-999999999-01-01T00:00:00Z'"})
    void aMomentBeyondEveryEventLeavesAllOut(String range) {
        assertThat(count(range)).isZero();
    }

    @Test
    void everyFilterNarrows() {
        assertThat(count("'to': '1h'")).isZero();
        assertThat(count("'actor': 'alice', 'kinds': ['kill-switch-activated']"))
                .isOne();
        assertThat(count("'actor': 'bob'")).isZero();
        assertThat(count("'promotion_id': 'p-none'")).isZero();
        assertThat(count("'decision': 'rollback'")).isZero();
        assertThat(count("'kinds': ['flag-changed'], 'actor': 'alice'")).isGreaterThanOrEqualTo(CHANGES);
    }

    @Test
    void nothingFoundIsSaid() {
        assertThat(server.textOf("audit_query", "{'actor': 'bob'}")).contains("No event fits");
    }

    private static int count(String filters) {
        return server.done("audit_query", "{'limit': 200, " + filters + "}")
                .path("events")
                .size();
    }

    private static List<Long> seqs(JsonNode answer) {
        return answer.path("events")
                .valueStream()
                .map(event -> event.path("seq").asLong())
                .toList();
    }
}
