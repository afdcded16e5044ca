package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.LogCapture;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Rules of access, for each kind of caller, on two services with workers. */
class AccessRulesTest {
    private static final Caller STDIO = new Caller("build agent", "ada", Caller.Transport.STDIO, all());
    private static final Caller OWNER_AT_SOCKET = new Caller("ada", Caller.Transport.SOCKET);
    private static final Caller OTHER_AT_SOCKET =
            Caller.ofUser("ada", Caller.Transport.SOCKET, Caller.Identity.OTHER_USER, all());
    private static final Caller OWNER_OVER_HTTP =
            Caller.ofUser("ada", Caller.Transport.HTTP, Caller.Identity.SERVER_USER, all());
    private static final Caller ANONYMOUS =
            Caller.ofUser(Caller.ANONYMOUS, Caller.Transport.HTTP, Caller.Identity.UNKNOWN, Set.of(CallerRole.VIEWER));
    private static final Caller APPROVER = token("carol", CallerRole.VIEWER, CallerRole.APPROVER);
    private static final Caller SCOPED = token("dave@id.example.org", CallerRole.VIEWER, CallerRole.OPERATOR)
            .withScopes(Set.of("openid", "tools:read"));
    private static final Caller FREE = token("erin", CallerRole.VIEWER, CallerRole.OPERATOR);

    @TempDir
    static Path folder;

    private static TestServer server;
    private static LogCapture log;

    private static Set<CallerRole> all() {
        return Set.of(CallerRole.values());
    }

    private static Caller token(String name, CallerRole... roles) {
        return new Caller(name, Caller.Transport.HTTP, Set.of(roles));
    }

    @BeforeAll
    static void start() {
        log = new LogCapture("WeatherVane");
        server = TestServer.start(folder, """
            access:
              - {principals: [ada], deny: [kill_switch_reset, pay_echo]}
              - {roles: [approver], deny: [audit_query]}
              - {principals: [carol], allow: ["*_status", "find_*"]}
              - {scopes: ["tools:read"], allow: [find_echo, nothing_like_it], deny: [worker_*]}
              - {principals: [local], deny: ["*"]}
            services:
              pay:
                access: [{scopes: ["tools:read"], allow: [pay_get_forecast]}, {principals: [erin], deny: [worker_promote]}]
                releases: {stable: {kind: mcp, command: [%1$s]}}
              find:
                releases: {stable: {kind: mcp, command: [%1$s]}}
            """.formatted(String.join(", ", EchoWorker.command())));
    }

    @AfterAll
    static void stop() {
        server.close();
        log.close();
    }

    @Test
    void aDeniedCallSaysWhoIsDeniedWhatAndIsNotMade() {
        assertThat(denial("pay_echo", "{'text': 'hello'}", STDIO))
                .contains("pay_echo is denied to ada", "Nothing was done");
        assertThat(denial("kill_switch_reset", "{'dry_run': true}", OTHER_AT_SOCKET))
                .contains("kill_switch_reset is denied to ada");
    }

    @Test
    void aNameThatAClientGivesItselfIsNotWhatRulesGoBy() {
        Caller named = new Caller("erin", "ada", Caller.Transport.STDIO, all());

        assertThat(denial("pay_echo", "{}", named)).contains("denied to ada");
    }

    @Test
    void aDeniedCallIsAuditedOnceAndNotEachTime() {
        Caller again = token("frank", CallerRole.APPROVER, CallerRole.VIEWER);
        for (int i = 0; i < 50; i++) {
            assertThat(denial("audit_query", "{}", again)).contains("denied to frank");
        }

        Await.until("it is recorded", () -> denials("frank").size() == 1);
        assertThat(denials("frank").get(0).at("/payload/tool").asString("")).isEqualTo("audit_query");
        assertThat(denials("frank").get(0).at("/payload/transport").asString(""))
                .isEqualTo("http");
    }

    @Test
    void theUserOfTheServerIsHeldByRulesOnStdioAndHttpAndNotAtTheSocketOfTheWorkspace() {
        for (Caller held : List.of(STDIO, OWNER_OVER_HTTP, OTHER_AT_SOCKET)) {
            assertThat(names(held))
                    .doesNotContain("kill_switch_reset", "pay_echo", "audit_query")
                    .contains("find_echo", "pay_get_forecast");
        }
        assertThat(names(OWNER_AT_SOCKET)).contains("kill_switch_reset", "pay_echo");
        assertThat(call("pay_echo", "{'text': 'hello'}", OWNER_AT_SOCKET).isError())
                .isFalse();
    }

    @Test
    void aCallerWithAnAllowListSeesNothingElse() {
        assertThat(names(APPROVER))
                .contains("monitor_status", "worker_status", "find_echo")
                .allMatch(name -> name.endsWith("_status") || name.startsWith("find_"));
        assertThat(denial("audit_query", "{}", APPROVER)).contains("audit_query is denied to carol");
        assertThat(denial("kill_switch_engage", "{}", APPROVER)).contains("kill_switch_engage is denied to carol");
    }

    @Test
    void whatAServiceAllowsComesBesideWhatIsAllowedEverywhere() {
        assertThat(names(SCOPED)).containsExactlyInAnyOrder("find_echo", "pay_get_forecast");
        assertThat(call("find_echo", "{'text': 'hello'}", SCOPED).isError()).isFalse();
    }

    @Test
    void aServiceDeniesToolsOfOursInCallsForItAndInNoOthers() {
        assertThat(denial("worker_promote", "{'service': 'pay', 'dry_run': true}", FREE))
                .contains("worker_promote is denied to erin");
        assertThat(TestServer.text(call("worker_promote", "{'service': 'find', 'dry_run': true}", FREE)))
                .doesNotContain("denied");
        assertThat(names(FREE)).contains("worker_promote", "pay_echo");
    }

    @Test
    void anAnonymousCallerIsKnownByItsName() {
        assertThat(names(ANONYMOUS)).isEmpty();
        assertThat(denial("monitor_status", "{}", ANONYMOUS)).contains("monitor_status is denied to local");
    }

    @Test
    void aCallerThatNoRuleIsAboutIsAsEver() {
        Caller stranger = token("grace", CallerRole.VIEWER, CallerRole.OPERATOR);

        assertThat(server.tools(stranger))
                .isEqualTo(server.tools(OWNER_AT_SOCKET).stream()
                        .filter(tool -> !tool.name().equals("approval_grant"))
                        .toList());
    }

    @Test
    void promptsThatAreAboutADeniedToolAreNotThere() {
        assertThat(server.prompts().listAll(STDIO, CallChannel.none()).toString())
                .contains("incident_response")
                .doesNotContain("\"kill_switch_reset\"");
        assertThat(server.prompts().listAll(OWNER_AT_SOCKET, CallChannel.none()).toString())
                .contains("\"kill_switch_reset\"");
    }

    @Test
    void aDeniedToolBecomesNoTask() {
        assertThat(server.requested("upgrade_run", TestServer.json("{}")).runsAsTask(APPROVER))
                .isFalse();
    }

    @Test
    void aPatternThatFitsNothingIsWarnedOf() {
        Await.until("it is said", () -> logged().contains("allow \"nothing_like_it\" fits no tool that there is now"));
        assertThat(logged()).doesNotContain("\"find_*\" fits no", "\"pay_get_forecast\" fits no", "\"worker_promote\"");
    }

    private static String logged() {
        return String.join("\n", log.messages());
    }

    private static List<String> names(Caller caller) {
        return server.tools(caller).stream().map(ToolDefinition::name).toList();
    }

    private static List<JsonNode> denials(String actor) {
        return server.done("audit_query", "{'kinds': ['call-denied'], 'limit': 100}")
                .path("events")
                .valueStream()
                .filter(event -> event.path("actor").asString("").equals(actor))
                .toList();
    }

    private static ToolResult call(String tool, String arguments, Caller caller) {
        return server.requested(tool, TestServer.json(arguments.replace('\'', '"')))
                .call(caller, CallChannel.none());
    }

    private static String denial(String tool, String arguments, Caller caller) {
        ToolResult answer = call(tool, arguments, caller);
        assertThat(answer.isError()).as(TestServer.text(answer)).isTrue();
        return TestServer.text(answer);
    }
}
