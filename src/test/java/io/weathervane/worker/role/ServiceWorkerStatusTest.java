package io.weathervane.worker.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.FakeTicker;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerStatusFile;
import io.weathervane.worker.WorkerView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceWorkerStatusTest {
    @TempDir
    private Path folder;

    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");

    @Test
    void aWorkerIsWrittenInTheRunbooksForm() {
        assertThat(ServiceWorkerStatus.worker(worker(Role.CANARY, 25))).hasToString("""
            {"label":"next","pid":4711,"state":"ready","startedAt":"2026-11-30T12:00:00Z",\
            "protocol":"mcp 2025-11-25","restarts":2,"requests":20,"errors":4,"version":"files 2.1","user":"nobody",\
            "canaryWeight":25,"exitCode":9,"lastProbe":{"ok":true,"detail":"ping"}}\
            """);
    }

    @Test
    void aChangeThatWasWrittenWithAnotherServicesIsNotWrittenAgainAndTheEndIsWrittenOnce() {
        WorkerStatusFile file = new WorkerStatusFile(folder.resolve("worker_manager.json"), new FakeTicker());
        AtomicInteger written = new AtomicInteger();
        file.add(
                new ServiceName("one"),
                () -> JsonRpcCodec.JSON.createObjectNode().put("n", written.incrementAndGet()));
        file.add(new ServiceName("two"), JsonRpcCodec.JSON::createObjectNode);
        List<Runnable> later = new ArrayList<>();
        file.changed(later::add);
        file.changed(later::add);
        assertThat(later).as("one write takes both along").hasSize(1);
        later.remove(0).run();
        assertThat(written).hasValue(1);

        file.changed(later::add);
        later.remove(0).run();
        assertThat(written).hasValue(2);
        file.ended(new ServiceName("one"));
        assertThat(written).as("the other service goes on").hasValue(2);
        file.ended(new ServiceName("two"));
        assertThat(written).hasValue(3);
    }

    @Test
    void whatAnEarlierRunWroteIsThereForAServiceThatStartsAfterTheFirstWrite() throws IOException {
        Path path = folder.resolve("worker_manager.json");
        Files.writeString(
                path,
                "{\"events\":[{\"type\":\"first\"}],\"services\":{\"two\":{\"events\":[{\"type\":\"second\"}]}}}");
        WorkerStatusFile file = new WorkerStatusFile(path, new FakeTicker());
        ServiceName one = new ServiceName("one");
        ServiceName two = new ServiceName("two");
        file.add(one, JsonRpcCodec.JSON::createObjectNode);
        file.add(two, JsonRpcCodec.JSON::createObjectNode);

        assertThat(file.earlierEvents(one).path(0).path("type").asString()).isEqualTo("first");
        file.write();
        assertThat(file.earlierEvents(two).path(0).path("type").asString()).isEqualTo("second");
        assertThat(file.earlierEvents(two).isEmpty()).as("given once").isTrue();
    }

    private static WorkerView worker(Role role, int canaryWeight) {
        return new WorkerView(
                role,
                canaryWeight,
                new WorkerView.Program("next", WorkerProtocol.MCP, "mcp 2025-11-25", Optional.of("files 2.1")),
                WorkerView.RunningProcess.ofPid(4711, START, Duration.ofSeconds(90), Optional.of("nobody")),
                new WorkerView.Health(
                        WorkerState.READY,
                        2,
                        Optional.of(
                                new HealthProbeResult(HealthProbeResult.Status.HEALTHY, "ping", Duration.ofMillis(1))),
                        Optional.of(9)),
                new WorkerView.Calls(3, new CallTotals(8, 2, 1), new CallTotals(20, 4, 1), RecentCallSummary.NONE));
    }
}
