package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import io.weathervane.tool.InputSchemaCheck;
import io.weathervane.worker.Role;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerCallException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Calls of clients that still go by the list of tools before a promotion, with workers that have no process. */
class ToolListGraceTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String SAME = InMemoryWorker.tool("echo", "readOnlyHint");
    private static final String GONE = InMemoryWorker.tool("old", "readOnlyHint");
    private static final String BY_CITY = find("city", true);
    private static final String BY_PLACE = find("place", true);

    private final RoleAssignments roles = new RoleAssignments();
    private final FakeTicker ticker = new FakeTicker();
    private final ToolListGrace grace = new ToolListGrace(roles, FakeClock.atNoon(), ticker);
    private final BackgroundExecutor background = new BackgroundExecutor();
    private final List<InMemoryWorker> workers = new ArrayList<>();
    private final CallRouter router = new CallRouter(
            roles,
            () -> TestWorkers.OPTIONS,
            ticker,
            new CallsAwaitingInput(background, CallsAwaitingInput.LIFETIME),
            new TaskTable(""),
            grace);
    private final InMemoryWorker before = worker("v1").tools(SAME, GONE, BY_CITY);
    private final InMemoryWorker after = worker("v2").tools(SAME, BY_PLACE);

    private static final class Client extends SilentCallContext {
        private final String key;

        Client(String key) {
            this.key = key;
        }

        @Override
        public String callerKey() {
            return key;
        }
    }

    @BeforeEach
    void promote() {
        grace.checkArgumentsBy(InputSchemaCheck::of);
        roles.set(roles.now().with(Role.ACTIVE, RoleSlot.of(before.worker())));
        roles.set(roles.now().with(Role.CANARY, RoleSlot.of(after.worker())));
        grace.begin(after.worker(), HOUR);
        roles.set(roles.now().promoted());
    }

    @AfterEach
    void end() {
        workers.forEach(InMemoryWorker::close);
        background.close();
    }

    @Test
    void aToolThatIsGoneIsAnsweredByThePreviousWorkerAndCountedByCaller() {
        assertThat(call("old", "{}", "bob")).isEqualTo("v1");
        assertThat(call("old", "{}", "bob")).isEqualTo("v1");
        assertThat(call("old", "{}", "ann")).isEqualTo("v1");

        assertThat(after.worker().tally().now().requests())
                .as("no failure of the new release")
                .isZero();
        assertThat(grace.formerTool("old")).isPresent();
        assertThat(grace.sentence())
                .contains("calls by the list of tools before the switch to v2, which v1 answers until"
                        + " 2026-11-23T13:00:00Z: 3 answered, 0 refused (bob: 2, ann: 1)");
    }

    @Test
    void argumentsThatOnlyTheOldSchemaTakesGoToThePreviousWorkerAndAllOthersToTheNewOne() {
        assertThat(call("find", "{\"city\":\"Bern\"}", "bob")).isEqualTo("v1");
        assertThat(call("find", "{\"place\":\"Bern\"}", "bob")).isEqualTo("v2");
        assertThat(call("find", "{\"neither\":1}", "bob")).as("its mistake").isEqualTo("v2");
        assertThat(call("echo", "{\"anything\":1}", "bob")).isEqualTo("v2");
    }

    @Test
    void afterTheGraceThePreviousWorkerGetsNothingAndTheCallerIsToldToListAgain() {
        ticker.advance(HOUR);

        WorkerCallException gone = refused("old", "{}");
        assertThat(gone.code()).isEqualTo(ErrorCode.INVALID_PARAMS.code());
        assertThat(gone.reason())
                .isEqualTo(
                        "The list of tools has changed with the switch from v1 to v2: old is gone. Nothing was called;"
                                + " ask for tools/list again.");
        assertThat(refused("find", "{\"city\":\"Bern\"}").reason()).contains("find takes other arguments");
        assertThat(call("find", "{\"place\":\"Bern\"}", "bob")).isEqualTo("v2");
        assertThat(before.calls()).isEmpty();
        assertThat(grace.sentence().orElse("")).endsWith(": 0 answered, 2 refused (bob: 2)");
    }

    @Test
    void withThePreviousWorkerTheGraceEnds() {
        before.close();

        assertThat(refused("old", "{}").reason()).contains("The list of tools has changed");
    }

    @Test
    void aReleaseThatListsNoToolAtAllHasNoGraceAndFailsItself() {
        InMemoryWorker empty = worker("v3").tools();
        roles.set(roles.now().with(Role.CANARY, RoleSlot.of(empty.worker())));
        grace.begin(empty.worker(), HOUR);
        roles.set(roles.now().promoted());

        assertThat(call("old", "{}", "bob")).isEqualTo("v3");
        assertThat(grace.formerTool("old")).isEmpty();
    }

    @Test
    void aToolThatTheNewWorkerListsAgainIsItsOwn() {
        after.tools(SAME, BY_PLACE, GONE);

        assertThat(call("old", "{}", "bob")).isEqualTo("v2");
        assertThat(grace.formerTool("old")).isEmpty();
    }

    @Test
    void aCallThatIsPromisedToOnlyReadGoesToNoWorkerThatDoesNotPromiseIt() {
        InMemoryWorker writes = worker("v0").tools(find("city", false));
        roles.set(roles.now().with(Role.ACTIVE, RoleSlot.of(writes.worker())));
        grace.begin(after.worker(), HOUR);
        roles.set(roles.now().with(Role.PREVIOUS, RoleSlot.of(writes.worker())));
        roles.set(roles.now().with(Role.ACTIVE, RoleSlot.of(after.worker())));

        assertThat(refused("find", "{\"city\":\"Bern\"}").reason()).contains("takes other arguments");
        assertThat(writes.calls()).isEmpty();
    }

    @Test
    void aPromotionThatFailsAndASwitchBackLeaveNothing() {
        InMemoryWorker next = worker("v3").tools(SAME);
        grace.begin(next.worker(), HOUR).run();
        assertThat(call("old", "{}", "bob")).as("the grace before goes on").isEqualTo("v1");

        grace.end();
        assertThat(grace.formerTool("old")).isEmpty();
        assertThat(call("echo", "{}", "bob")).isEqualTo("v2");
    }

    @Test
    void callersAreCountedByNameUpToALimit() {
        for (int caller = 0; caller < FormerCalls.CALLERS_MAX + 10; caller++) {
            call("old", "{}", "c" + caller);
        }

        assertThat(grace.sentence().orElse("")).contains("c0: 1", "others: 10").doesNotContain("c50");
    }

    private String call(String tool, String arguments, String caller) {
        return router.call(tool, (ObjectNode) JsonRpcCodec.JSON.readTree(arguments), new Client(caller))
                .label();
    }

    private WorkerCallException refused(String tool, String arguments) {
        return catchThrowableOfType(WorkerCallException.class, () -> call(tool, arguments, "bob"));
    }

    private InMemoryWorker worker(String label) {
        InMemoryWorker worker = new InMemoryWorker(label);
        workers.add(worker);
        return worker;
    }

    private static String find(String argument, boolean readOnly) {
        return "{\"name\":\"find\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"" + argument
                + "\":{\"type\":\"string\"}},\"required\":[\"" + argument
                + "\"],\"additionalProperties\":false},\"annotations\":{\"readOnlyHint\":" + readOnly + "}}";
    }
}
