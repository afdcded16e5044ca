package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.tool.SchemaCatalog;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Arguments of ours that a client is told to repeat in a header, where proxies can read them. */
class HeaderMarksTest {
    private static final String MARK = "x-mcp-header";

    private final SchemaCatalog schemas = SchemaCatalog.load();

    @Test
    void standOnlyOnPlainNamedUniqueArgumentsThatTellNoReasonsOrAnswers() {
        for (String tool : schemas.names()) {
            JsonNode schema = schemas.definition(tool).json().path("inputSchema");
            Set<String> names = new HashSet<>();
            schema.path("properties").forEachEntry((argument, property) -> {
                if (property.has(MARK)) {
                    String name = property.path(MARK).asString("");
                    assertThat(name).matches("[A-Za-z0-9-]+");
                    assertThat(names.add(name.toLowerCase(Locale.ROOT))).isTrue();
                    assertThat(List.of("string", "integer", "boolean"))
                            .contains(property.path("type").asString(""));
                    assertThat(argument).isNotIn("reason", "flags");
                }
            });
            assertThat(schema.findValues(MARK))
                    .as("only at the root of %s", tool)
                    .hasSize(names.size());
        }
    }
}
