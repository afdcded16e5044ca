package io.weathervane.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Numbers that cannot be meant, in each place where one of our tools takes a number. */
class JsonNumberPrecisionCheckTest {
    private static final SchemaCatalog CATALOG = SchemaCatalog.load();
    private static final List<String> HUGE = List.of(
            "1e30", "-1e300", "1" + "0".repeat(30), "-1" + "0".repeat(30), "9223372036854775808", "9007199254740992");

    record Place(String tool, List<String> path) {}

    static Stream<Place> places() {
        return CATALOG.names().stream()
                .sorted()
                .flatMap(tool -> numbers(CATALOG.definition(tool).json().path("inputSchema"), List.of()).stream()
                        .map(path -> new Place(tool, path)));
    }

    @ParameterizedTest
    @MethodSource("places")
    void areRefusedInWordsWhereverAToolTakesANumber(Place place) {
        for (String huge : HUGE) {
            List<String> problems = CATALOG.validateInput(place.tool(), arguments(place.path(), huge));

            assertThat(problems)
                    .as(place + " " + huge)
                    .singleElement()
                    .asString()
                    .contains("must be a number between -9007199254740991 and 9007199254740991")
                    .contains(place.path().get(0))
                    .hasSizeLessThan(200);
        }
    }

    @Test
    void everyToolWithNumbersIsLookedAt() {
        assertThat(places().map(Place::tool)).contains("decision_explain", "audit_query", "upgrade_run");
    }

    @Test
    void numbersOfAUsualSizePass() {
        JsonNode usual = JsonRpcCodec.JSON.readTree(
                "{\"a\": 0.15, \"b\": -1, \"c\": [9007199254740991, 1e3], \"d\": {\"e\": 1e-300}}");

        assertThat(JsonNumberPrecisionCheck.problems(usual)).isEmpty();
    }

    private static ObjectNode arguments(List<String> path, String number) {
        String json = number;
        for (int i = path.size() - 1; i >= 0; i--) {
            json = path.get(i).equals("[]") ? "[" + json + "]" : "{\"" + path.get(i) + "\": " + json + "}";
        }
        return (ObjectNode) JsonRpcCodec.JSON.readTree(json);
    }

    private static List<List<String>> numbers(JsonNode schema, List<String> path) {
        List<List<String>> found = new ArrayList<>();
        String type = schema.path("type").toString();
        if (type.contains("integer") || type.contains("number")) {
            found.add(path);
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            found.addAll(numbers(property.getValue(), plus(path, property.getKey())));
        }
        if (schema.has("items")) {
            found.addAll(numbers(schema.get("items"), plus(path, "[]")));
        }
        return found;
    }

    private static List<String> plus(List<String> path, String more) {
        List<String> longer = new ArrayList<>(path);
        longer.add(more);
        return longer;
    }
}
