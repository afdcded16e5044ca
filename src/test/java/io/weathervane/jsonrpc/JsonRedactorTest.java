package io.weathervane.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.util.Redactor;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class JsonRedactorTest {
    @Test
    void takesSecretsOutOfTextsNamesAndCommandsAtAnyDepth() {
        assertThat(clean("""
            {"reason": "saw password=hunter2 in the log", "password": "hunter", "count": 3, "tokens": 12,
             "command": ["deploy", "--token", "hunter", "-p", "hunter2", "--port", "3000", "postgres://a:hunter@h/d"],
             "nested": [{"env": {"API_KEY": "hunter", "LEVEL": "3"}}, ["--password=hunter", "x"], null, true]}\
            """)).isEqualTo(json("""
                {"reason": "saw password=[redacted] in the log", "password": "[redacted]", "count": 3, "tokens": 12,
                 "command": ["deploy", "--token", "[redacted]", "-p", "[redacted]", "--port", "3000", "postgres://a:[redacted]@h/d"],
                 "nested": [{"env": {"API_KEY": "[redacted]", "LEVEL": "3"}}, ["--password=[redacted]", "x"], null, true]}\
                """));
    }

    @Test
    void leavesTheRestAsItIsAndChangesNothingTheSecondTime() {
        ObjectNode plain = json("""
            {"promotionId": "20261123-143215-9f86d081", "hash": "9f86d081884c7d65", "key": "DISABLE_NEW", "from": "0",
             "to": "1", "command": ["java", "-jar", "w.jar", "-p", "3000"], "errorRate": 0.425}\
            """);

        assertThat(JsonRedactor.clean(plain)).isEqualTo(plain);
        ObjectNode once = clean("{\"a\": [\"--token\", \"x\", \"-p\", \"hunter2\"], \"secret\": \"y\"}");
        assertThat(JsonRedactor.clean(once)).isEqualTo(once);
    }

    @Test
    void aValueIsKnownByTheNameBesideIt() {
        assertThat(clean("""
            {"env": [{"name": "DB_PASSWORD", "value": "hunter"}, {"value": "hunter", "key": "apiKey"},
              {"name": "LEVEL", "value": "debug"}, {"name": "DB_PASSWORD", "valueFrom": {"key": "x"}}]}\
            """)).isEqualTo(json("""
                {"env": [{"name": "DB_PASSWORD", "value": "[redacted]"}, {"value": "[redacted]", "key": "apiKey"},
                  {"name": "LEVEL", "value": "debug"}, {"name": "DB_PASSWORD", "valueFrom": {"key": "x"}}]}\
                """));
    }

    @Test
    void showsACommandWithoutItsSecrets() {
        assertThat(Redactor.cleanCommand(List.of("mysql", "-u", "root", "-phunter", "--api-key", "a b", "db")))
                .isEqualTo("mysql -u root -p[redacted] --api-key [redacted] db");
    }

    private static ObjectNode clean(String text) {
        return JsonRedactor.clean(json(text));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonRpcCodec.JSON.readTree(text);
    }

    @Test
    void whatHasNoSecretIsNotCopied() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode().put("reason", "the flag is wrong");
        json.putArray("items").add("one").addObject().put("two", 2);

        assertThat(JsonRedactor.clean(json)).isSameAs(json);
    }

    @Test
    void leavesWhatItWasGivenAsItWas() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode().put("reason", "fine");
        json.putArray("command").add("run").add("--token").add("abc123def456");
        String before = json.toString();

        assertThat(JsonRedactor.clean(json).toString())
                .doesNotContain("abc123def456")
                .startsWith("{\"reason\"");
        assertThat(json.toString()).isEqualTo(before);
    }
}
