package io.weathervane.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.shadow.ToolDifference.Severity;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Real upgrades, from recorded tool lists of published servers: what comes first is what hurts most. */
class PublishedServersTest {
    @Test
    void elevenRemovedToolsLead() throws IOException {
        ToolListDifferences found = between("server-everything", "2025.9.25", "2026.8.31");

        assertThat(found.differences().subList(0, 11))
                .extracting(ToolDifference::severity)
                .containsOnly(Severity.REMOVED_TOOL);
        assertThat(found.differences().get(11).severity()).isNotEqualTo(Severity.REMOVED_TOOL);
        assertThat(found.differences().get(0).line()).isEqualTo("add: the tool is gone");
        assertThat(ReportText.definitions(found))
                .isEqualTo("11 blocking changes of tools: removed tool: add, longRunningOperation, printEnv,"
                        + " sampleLLM, getTinyImage, annotatedMessage, getResourceReference, getResourceLinks,"
                        + " structuredContent, listRoots, startElicitation (11)");
        assertThat(found.acceptable())
                .hasSize(11)
                .first()
                .extracting(AcceptedToolChange::yaml)
                .isEqualTo("- {tool: add, kind: removed}");
    }

    @Test
    void aToolThatBecomesDestructiveComesRightAfterWhatBreaksCalls() throws IOException {
        ToolListDifferences found = between("server-filesystem", "2025.12.18", "2026.8.31");

        assertThat(found.blocking())
                .extracting(ToolDifference::tool)
                .startsWith("read_media_file")
                .endsWith("move_file");
        assertThat(found.blocking())
                .last()
                .extracting(ToolDifference::severity, ToolDifference::text)
                .containsExactly(Severity.LESS_SAFE_HINT, "destructiveHint was false, is true");
    }

    @ParameterizedTest
    @CsvSource({
        "server-everything, 2025.9.25, 2026.8.31",
        "server-filesystem, 2025.12.18, 2026.8.31",
        "server-memory, 2025.9.25, 2026.8.31"
    })
    void findingsComeBySeverityAndNothingHarmlessBlocks(String server, String from, String to) throws IOException {
        ToolListDifferences found = between(server, from, to);

        assertThat(found.differences()).isSortedAccordingTo(Comparator.comparing(ToolDifference::severity));
        assertThat(found.differences())
                .allSatisfy(each ->
                        assertThat(each.blocking()).isEqualTo(each.severity().compareTo(Severity.LESS_SAFE_HINT) <= 0));
    }

    @Test
    void whatIsNotListedIsCountedAllTheSame() {
        List<ObjectNode> before = IntStream.range(0, 700)
                .mapToObj(index -> JsonText.object("{'name':'t" + index + "'}"))
                .toList();

        ToolListDifferences found = ToolListDifferences.of(before, List.of());

        assertThat(found.differences()).hasSize(500);
        assertThat(found.count(ToolDifference.Standing.BLOCKING)).isEqualTo(700);
        assertThat(ReportText.definitions(found))
                .startsWith("700 blocking changes of tools: removed tool: t0, t1, ")
                .endsWith(", … (700)");
    }

    @ParameterizedTest
    @CsvSource({"plain-name, plain-name", "no, \"no\"", "12, \"12\"", "a: b, \"a: b\""})
    void aNameThatYamlReadsOtherwiseIsQuoted(String name, String written) {
        assertThat(new AcceptedToolChange(name, AcceptedToolChange.Kind.REMOVED).yaml())
                .isEqualTo("- {tool: " + written + ", kind: removed}");
    }

    private static ToolListDifferences between(String server, String from, String to) throws IOException {
        return ToolListDifferences.of(tools(server, from), tools(server, to));
    }

    private static List<ObjectNode> tools(String server, String version) throws IOException {
        String file = "/published-tools/" + server + "-" + version + ".json";
        try (InputStream in = PublishedServersTest.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            return JsonRpcCodec.JSON
                    .readTree(in)
                    .valueStream()
                    .map(ObjectNode.class::cast)
                    .toList();
        }
    }
}
