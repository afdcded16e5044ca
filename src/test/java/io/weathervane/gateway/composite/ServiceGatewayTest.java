package io.weathervane.gateway.composite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.UpstreamSubscriptions;
import io.weathervane.mcp.UpstreamTasks;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.testing.Await;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.LogLevel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Several services as one, without two of one name. */
class ServiceGatewayTest {
    private static final Caller ALICE = new Caller("alice", Caller.Transport.SOCKET);
    private static final CallChannel NONE = CallChannel.none();

    private final ScriptedService files = new ScriptedService("files", "files_");
    private final ScriptedService search = new ScriptedService("search", "search_");
    private final List<UpstreamService> services = List.of(files.asUpstream(), search.asUpstream());
    private final ServiceGateway gateway = new ServiceGateway(() -> services);

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void toolsAreFoundInTheServiceOfTheirPrefix() {
        files.tool("echo");
        search.tool("echo");

        assertThat(gateway.tools().list()).extracting(tool -> tool.name()).containsExactly("files_echo", "search_echo");
        assertThat(gateway.tools()
                        .find("search_echo")
                        .orElseThrow()
                        .definition()
                        .name())
                .isEqualTo("search_echo");
        assertThat(gateway.tools().find("echo")).isEmpty();
    }

    @Test
    void aServiceWhoseToolsAreMissingIsNamedAndOnlyForItsOwnTools() {
        search.missing("The worker is down");

        assertThat(gateway.tools().missing("search_echo")).contains("search: The worker is down");
        assertThat(gateway.tools().missing("files_echo")).isEmpty();
    }

    @Test
    void aListOfToolsHasWhatASlowServiceListedLastAndAllOfTheOthers() {
        files.tool("echo");
        search.tool("echo");
        search.waitsFor(new CountDownLatch(1_000_000));
        try (ServiceGateway impatient = new ServiceGateway(() -> services, Duration.ofMillis(50))) {
            assertThat(impatient.tools().list())
                    .extracting(tool -> tool.name())
                    .containsExactly("files_echo", "search_echo");
            assertThat(search.isAsked()).isTrue();
        }
    }

    @Test
    void promptsHaveTheirServicesPrefixAndAreAskedForByTheirOwnName() {
        files.prompt("review");
        search.prompt("review");

        assertThat(gateway.prompts().list(NONE))
                .extracting(prompt -> prompt.path("name").asString())
                .containsExactly("files_review", "search_review");
        assertThat(gateway.prompts()
                        .get("search_review", object(), NONE)
                        .orElseThrow()
                        .json()
                        .path("from")
                        .asString())
                .isEqualTo("search/review");
        assertThat(gateway.prompts().get("other_review", object(), NONE)).isEmpty();
    }

    @Test
    void aPrefixThatBeginsWithAnothersReachesTheServiceThatListsThePrompt() {
        ScriptedService a = new ScriptedService("a", "a_");
        ScriptedService ab = new ScriptedService("ab", "a_b_");
        a.prompt("b_x");
        ab.prompt("y");
        try (ServiceGateway both = new ServiceGateway(() -> List.of(a.asUpstream(), ab.asUpstream()))) {
            assertThat(from(both, "a_b_x")).isEqualTo("a/b_x");
            assertThat(from(both, "a_b_y")).isEqualTo("ab/y");
            assertThat(from(both, "a_b_z")).as("listed by none").isEqualTo("ab/z");
        }
    }

    @Test
    void aUriThatTwoServicesHaveIsQualifiedForTheLaterOneAndReadOfItsOwn() {
        files.resource("file:///readme").resource("file:///a");
        search.resource("file:///readme");
        ResourceSource resources = gateway.resources();

        List<String> uris = resources.list(ALICE, NONE).stream()
                .map(ResourceDefinition::uri)
                .toList();

        assertThat(uris)
                .containsExactly("file:///readme", "file:///a", "weathervane-service://search/file%3A%2F%2F%2Freadme");
        assertThat(read(resources, uris.get(0))).isEqualTo("files has file:///readme");
        assertThat(read(resources, uris.get(2))).isEqualTo("search has file:///readme");
        assertThat(resources
                        .result(uris.get(2), ALICE, NONE)
                        .orElseThrow()
                        .path("contents")
                        .path(0)
                        .path("uri")
                        .asString())
                .as("a client finds it under the address that it asked for")
                .isEqualTo(uris.get(2));
        assertThat(gateway.shownUris(search.name(), "file:///readme"))
                .contains(uris.get(2))
                .doesNotContain("file:///readme");
        assertThat(gateway.shownUris(files.name(), "file:///readme")).contains("file:///readme");
    }

    @Test
    void aResourceThatNoServiceListsIsReadOfTheFirstThatHasIt() {
        files.refusesUnlisted();
        search.hasUnlisted("db:///row/7");

        assertThat(read(gateway.resources(), "db:///row/7")).isEqualTo("search has db:///row/7");
        assertThatThrownBy(() -> gateway.resources().result("db:///row/8", ALICE, NONE))
                .isInstanceOf(JsonRpcException.class);
    }

    @Test
    void aServiceThatFailsHidesNothingOfTheOthers() {
        files.fails();
        search.prompt("review").resource("file:///b");

        assertThat(gateway.prompts().list(NONE)).hasSize(1);
        assertThat(gateway.resources().list(ALICE, NONE)).hasSize(1);
    }

    @Test
    void whenEveryServiceFailsTheFirstOnesErrorIsTheAnswer() {
        files.fails();
        search.fails();

        assertThatThrownBy(() -> gateway.prompts().list(NONE)).hasMessageContaining("files fails");
    }

    @Test
    void slowServicesAreAskedAtATime() {
        CountDownLatch both = new CountDownLatch(2);
        files.prompt("a").waitsFor(both);
        search.prompt("b").waitsFor(both);

        assertThat(gateway.prompts().list(NONE)).hasSize(2);
    }

    @Test
    void aSubscriptionIsTheOwnersAndOfAnUnknownResourceEverysWhoTakesIt() {
        files.resource("file:///a").refusesSubscriptions();
        search.resource("file:///b");
        gateway.resources().list(ALICE, NONE);

        gateway.others().upstreamSubscriptions().watch("file:///b", true);
        gateway.others().upstreamSubscriptions().watch("db:///unlisted", true);

        assertThat(search.watched()).containsExactly("file:///b", "db:///unlisted");
        assertThat(files.watched()).isEmpty();
        assertThatThrownBy(() -> gateway.others().upstreamSubscriptions().watch("file:///a", true))
                .isInstanceOf(JsonRpcException.class);
        gateway.others().upstreamSubscriptions().unwatch("file:///b");
        assertThat(search.watched()).containsExactly("db:///unlisted");
        gateway.others().upstreamSubscriptions().logLevel(LogLevel.DEBUG);
        assertThat(files.logLevel()).isEqualTo(LogLevel.DEBUG);
    }

    @Test
    void aSubscriptionBeforeAnyListReachesTheOwnerAlone() {
        files.resource("file:///a");
        search.resource("file:///b").resource("file:///a");

        gateway.others().upstreamSubscriptions().watch("file:///b", true);
        gateway.others().upstreamSubscriptions().watch("weathervane-service://search/file%3A%2F%2F%2Fa", true);

        assertThat(files.watched()).isEmpty();
        assertThat(search.watched()).containsExactly("file:///b", "file:///a");
        assertThat(gateway.shownUris(search.name(), "file:///a"))
                .as("what is said of it is told under the address that was subscribed to")
                .contains("weathervane-service://search/file%3A%2F%2F%2Fa");
    }

    @Test
    void aSubscriptionEndsInAServiceOnlyWhenNoClientHasTheResourceUnderAnyAddress() {
        files.resource("note://7");
        search.resource("note://7");
        UpstreamSubscriptions subscriptions = gateway.others().upstreamSubscriptions();
        String listed = "weathervane-service://search/note%3A%2F%2F7";
        String ofTemplate = "weathervane-service://search/note://7";

        subscriptions.watch("note://7", true);
        subscriptions.watch(listed, true);
        subscriptions.watch(ofTemplate, true);
        subscriptions.unwatch("note://7");
        subscriptions.unwatch(listed);

        assertThat(files.watched()).isEmpty();
        assertThat(search.watched()).containsExactly("note://7");
        subscriptions.unwatch(ofTemplate);
        assertThat(search.watched()).isEmpty();
    }

    @Test
    void aTemplateThatTwoServicesHaveIsQualifiedForTheLaterOneAndBothAreReached() {
        files.template("note://{id}");
        search.template("note://{id}");
        files.hasUnlisted("note://a%2Fb");
        search.hasUnlisted("note://a%2Fb");

        List<String> templates = gateway.resources().templates(ALICE, NONE).stream()
                .map(template -> template.json().path("uriTemplate").asString())
                .toList();

        assertThat(templates).containsExactly("note://{id}", "weathervane-service://search/note://{id}");
        assertThat(read(gateway.resources(), templates.get(0).replace("{id}", "a%2Fb")))
                .isEqualTo("files has note://a%2Fb");
        assertThat(read(gateway.resources(), templates.get(1).replace("{id}", "a%2Fb")))
                .as("what the client has filled in comes to the service as it is")
                .isEqualTo("search has note://a%2Fb");
        assertThat(gateway.shownUris(search.name(), "note://a%2Fb"))
                .contains(templates.get(1).replace("{id}", "a%2Fb"));
    }

    @Test
    void aTemplatesSuggestionsAreOfTheServiceThatItsAddressTells() {
        files.template("note://{id}");
        search.template("note://{id}");

        assertThat(suggestedBy("note://{id}")).isEqualTo("files");
        assertThat(suggestedBy("weathervane-service://search/note://{id}")).isEqualTo("search");
    }

    private String suggestedBy(String template) {
        ObjectNode params = object();
        params.putObject("ref").put("type", "ref/resource").put("uri", template);
        return gateway.others()
                .completions()
                .complete(params, NONE)
                .orElseThrow()
                .path("from")
                .asString();
    }

    @Test
    void aTaskIsAskedForInTheServiceThatItsNameTells() {
        files.task("files:1");
        search.task("search:1");
        UpstreamTasks tasks = gateway.others().tasks();

        assertThat(tasks.request("tasks/get", object().put("taskId", "search:1"), NONE)
                        .orElseThrow()
                        .path("from")
                        .asString())
                .isEqualTo("search");
        assertThat(tasks.request("tasks/get", object().put("taskId", "search:2"), NONE))
                .isEmpty();
        assertThat(tasks.list(NONE).path("tasks").size()).isEqualTo(2);
        try (UpstreamTasks.Followed followed =
                tasks.follow(Set.of("files:1", "search:1"), NONE, (id, state) -> {}, () -> {})) {
            assertThat(followed.ids()).containsExactlyInAnyOrder("files:1", "search:1");
        }
    }

    @Test
    void anExtensionsMethodGoesToTheServiceThatHasItAndIsMadeOnce() {
        files.method("other/method");
        search.method("acme/run");

        assertThat(gateway.others()
                        .methods()
                        .request("acme/run", object(), NONE)
                        .path("from")
                        .asString())
                .isEqualTo("search");
        assertThatThrownBy(() -> gateway.others().methods().request("acme/none", object(), NONE))
                .isInstanceOfSatisfying(
                        JsonRpcException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.METHOD_NOT_FOUND.code()));
    }

    @Test
    void whatServicesSayOfThemselvesIsUnderTheirNames() {
        search.instructions("Search first.");

        assertThat(gateway.others().upstreamInstructions().text())
                .isEqualTo("Service search (its tools and prompts begin with search_):\nSearch first.");
    }

    @Test
    void anAnswerThatIsLateDoesNotKeepTheGatewayFromClosing() {
        CountDownLatch never = new CountDownLatch(1);
        files.prompt("a").waitsFor(never);
        Thread asking = new Thread(() -> gateway.prompts().list(NONE));
        asking.start();
        Await.until("the service is asked", files::isAsked);

        gateway.close();

        Await.until("the asking ends", () -> !asking.isAlive());
    }

    private static String from(ServiceGateway gateway, String prompt) {
        return gateway.prompts()
                .get(prompt, object(), NONE)
                .orElseThrow()
                .json()
                .path("from")
                .asString();
    }

    private static String read(ResourceSource resources, String uri) {
        return resources
                .result(uri, ALICE, NONE)
                .orElseThrow()
                .path("contents")
                .path(0)
                .path("text")
                .asString();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
