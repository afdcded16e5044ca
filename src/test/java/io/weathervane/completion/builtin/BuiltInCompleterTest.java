package io.weathervane.completion.builtin;

import static io.weathervane.completion.CompletionRequest.Kind.PROMPT;
import static io.weathervane.completion.CompletionRequest.Kind.RESOURCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.app.TestServer;
import io.weathervane.completion.CompletionRequest;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is suggested from real parts: flags on SQLite, a promotion, collected evidence. */
class BuiltInCompleterTest {
    private static final Caller VIEWER = new Caller("vera", Caller.Transport.HTTP, Set.of(CallerRole.VIEWER));
    private static final String FLAG = "weathervane://flags/{flag}";
    private static final String VALUE = "weathervane://flags/{flag}/{value}";
    private static final String KIND = "weathervane://audit/{kind}";
    private static final String FILE = "weathervane://incidents/{incident}/{file}";

    @TempDir
    static Path folder;

    private static TestServer server;
    private static String promotion;
    private static String incident;

    @BeforeAll
    static void aPromotionAndABundle() {
        server = TestServer.start(folder, TestServer.WITH_WORKERS);
        server.done("worker_start_canary", "{'release': 'good'}");
        promotion = server.done("worker_promote", "{'confirm': true}")
                .path("promotionId")
                .asString();
        incident = server.done("evidence_collect", "{}").path("incidentId").asString();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whatBeginsAsTypedComesBeforeWhatHasItInside() {
        assertThat(resource(FLAG, "flag", "res"))
                .startsWith("RESEARCH_LAYER", "RESEARCH_TRIGGER_SENSITIVITY")
                .allMatch(key -> key.contains("RES"));
        assertThat(resource(FLAG, "flag", "mode")).containsExactly("PROMPT_MODE", "SANDBOX_MODE", "SCHEDULER_MODE");
        assertThat(resource(FLAG, "flag", "")).hasSize(22).startsWith("DISABLE_NEW");
        assertThat(resource(FLAG, "flag", "nothing like it")).isEmpty();
    }

    @Test
    void theValuesAreThoseOfTheFlagThatIsKnown() {
        assertThat(resource(VALUE, "value", "", "flag", "PROMPT_MODE")).containsExactly("compact", "verbose");
        assertThat(resource(VALUE, "value", "v", "flag", "PROMPT_MODE")).containsExactly("verbose");
        assertThat(resource(VALUE, "value", "", "flag", "DISABLE_NEW")).containsExactly("0", "1");
        assertThat(resource(VALUE, "value", "", "flag", "CRITIC_INTELLIGENCE_LEVEL"))
                .containsExactly("1", "2", "3");
        assertThat(resource(VALUE, "value", "", "flag", "RESEARCH_TRIGGER_SENSITIVITY"))
                .containsExactly("0.5", "0", "1");
        assertThat(resource(VALUE, "value", "", "flag", "NO_SUCH_FLAG")).isEmpty();
        assertThat(server.completer().complete(request(RESOURCE, VALUE, "value", "", Map.of(), VIEWER)))
                .isEmpty();
    }

    @Test
    void promotionsAndIncidentsAreThoseThatWere() {
        assertThat(prompt("post_promotion_check", "promotion", "p-")).containsExactly(promotion);
        assertThat(prompt("incident_response", "incident", "")).containsExactly(incident);
        assertThat(resource(FILE, "incident", "incident")).containsExactly(incident);
    }

    @Test
    void theFilesAreThoseOfTheIncidentThatIsKnown() {
        assertThat(resource(FILE, "file", "m", "incident", incident))
                .startsWith("manifest.json", "metrics.json")
                .contains("environment.txt");
        assertThat(resource(FILE, "file", "", "incident", "../..")).isEmpty();
        assertThat(resource(FILE, "file", "", "incident", "")).isEmpty();
    }

    @Test
    void theKindsAreThoseOfTheAudit() {
        assertThat(resource(KIND, "kind", "kill"))
                .containsExactly("kill-switch-activated", "kill-switch-reset", "kill-switch-acknowledged");
        assertThat(resource(KIND, "kind", "exec")).containsExactly("rollback-executed");
    }

    @Test
    void everyVariableAndArgumentIsKnownToTheCompleter() {
        server.resources()
                .templates(VIEWER)
                .forEach(template -> java.util.regex.Pattern.compile("\\{(\\w+)}")
                        .matcher(template.uriTemplate())
                        .results()
                        .map(match -> match.group(1))
                        .forEach(variable -> assertThat(server.completer()
                                        .complete(request(
                                                RESOURCE,
                                                template.uriTemplate(),
                                                variable,
                                                "",
                                                Map.of("flag", "UI_ENABLED", "incident", incident),
                                                VIEWER)))
                                .as("%s of %s", variable, template.uriTemplate())
                                .isNotEmpty()));
        assertThat(prompt("kill_switch_reset", "fix_reference", ""))
                .as("free text")
                .isEmpty();
    }

    @Test
    void whatHasNoSuchArgumentHasNothingToSuggest() {
        assertThat(prompt("incident_response", "flag", "")).isEmpty();
        assertThat(resource("weathervane://flags", "flag", "")).isEmpty();
        assertThat(resource(FLAG, "value", "")).isEmpty();
    }

    @Test
    void anUnknownPromptOrTemplateIsAnError() {
        assertThatThrownBy(() -> prompt("incident_respond", "incident", ""))
                .isInstanceOf(JsonRpcException.class)
                .hasMessageContaining("did you mean \"incident_response\"?");
        assertThatThrownBy(() -> resource("file:///{path}", "path", "/etc/"))
                .isInstanceOf(JsonRpcException.class)
                .hasMessageContaining("unknown resource template", "resources/templates/list");
    }

    @Test
    void whoMayNotLookIsToldNothing() {
        Caller approver = new Caller("otto", Caller.Transport.HTTP, Set.of(CallerRole.APPROVER));

        assertThat(server.completer().complete(request(RESOURCE, FLAG, "flag", "", Map.of(), approver)))
                .isEmpty();
        assertThat(server.completer()
                        .complete(request(PROMPT, "incident_response", "incident", "", Map.of(), approver)))
                .isEmpty();
    }

    private static List<String> prompt(String name, String argument, String typed) {
        return server.completer().complete(request(PROMPT, name, argument, typed, Map.of(), VIEWER));
    }

    private static List<String> resource(String template, String variable, String typed, String... known) {
        Map<String, String> others = known.length == 0 ? Map.of() : Map.of(known[0], known[1]);
        return server.completer().complete(request(RESOURCE, template, variable, typed, others, VIEWER));
    }

    private static CompletionRequest request(
            CompletionRequest.Kind kind,
            String target,
            String argument,
            String typed,
            Map<String, String> known,
            Caller caller) {
        return new CompletionRequest(kind, target, argument, typed, known, caller);
    }
}
