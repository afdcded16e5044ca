package io.weathervane.conformance;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.tool.LogLevel;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.ToolSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The tools that the public conformance suite calls by name, with its texts. */
final class FixtureTools {
    /** The suite wants to see that messages come while the tool works. */
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final Set<String> TASKS = Set.of("slow_compute", "failing_job", "protocol_error_job");

    private final SchemaCatalog catalog = SchemaCatalog.of(manifest(), path -> ScriptedTools.json("{}"));
    private final Map<String, Function<ToolCall, ToolResult>> bodies = new HashMap<>();

    /** @param changes where two of the tools say that something has changed */
    FixtureTools(Supplier<ServerChangeListener> changes) {
        content();
        messages(changes);
        questions();
        jobs();
        bodies.put("test_custom_header", call -> Samples.says("Region: " + call.arguments()));
        bodies.put("json_schema_2020_12_tool", call -> Samples.says("Arguments: " + call.arguments()));
    }

    ToolRegistry registry() {
        List<Tool> tools = catalog.names().stream().map(this::tool).toList();
        return new ToolRegistry(tools, ToolSource.none(), catalog);
    }

    private void content() {
        bodies.put("test_simple_text", call -> Samples.says("This is a simple text response for testing."));
        bodies.put("test_image_content", call -> Samples.answer(Samples.image()));
        bodies.put("test_audio_content", call -> Samples.answer(Samples.audio()));
        bodies.put(
                "test_embedded_resource",
                call -> Samples.answer(Samples.resource(
                        "test://embedded-resource", "text/plain", "This is an embedded resource content.")));
        bodies.put(
                "test_multiple_content_types",
                call -> Samples.answer(
                        Samples.text("Multiple content types test:"),
                        Samples.image(),
                        Samples.resource(
                                "test://mixed-content-resource",
                                "application/json",
                                "{\"test\":\"data\",\"value\":123}")));
        bodies.put(
                "test_error_handling",
                call -> ToolResult.failed("This tool intentionally returns an error for testing"));
    }

    private void messages(Supplier<ServerChangeListener> changes) {
        bodies.put("test_tool_with_progress", FixtureTools::progress);
        bodies.put("test_tool_with_logging", FixtureTools::logging);
        bodies.put("test_logging_tool", call -> {
            log(call, "Something to log");
            return Samples.says("Logged");
        });
        bodies.put("test_trigger_tool_change", call -> {
            changes.get().toolsChanged();
            return Samples.says("Told");
        });
        bodies.put("test_trigger_prompt_change", call -> {
            changes.get().promptsChanged();
            return Samples.says("Told");
        });
        bodies.put("test_trigger_resource_update", call -> {
            changes.get().resourceUpdated("test://watched-resource");
            return Samples.says("Told");
        });
        bodies.put("test_reconnection", call -> {
            call.channel().detach();
            pause();
            pause();
            return Samples.says("Reconnection test completed successfully");
        });
    }

    private void questions() {
        bodies.put("test_sampling", Questions::sampling);
        bodies.put("test_elicitation", Questions::elicitation);
        bodies.put("test_elicitation_sep1034_defaults", Questions::defaults);
        bodies.put("test_elicitation_sep1330_enums", Questions::enums);
        bodies.put("test_missing_capability", Questions::missingCapability);
        bodies.put("test_streaming_elicitation", Questions::streaming);
        bodies.put("test_input_required_result_elicitation", Questions::greeting);
        bodies.put("test_input_required_result_sampling", Questions::capital);
        bodies.put("test_input_required_result_list_roots", Questions::roots);
        bodies.put("test_input_required_result_request_state", Questions::confirmed);
        bodies.put("test_input_required_result_multiple_inputs", Questions::three);
        bodies.put("test_input_required_result_multi_round", Questions::twoRounds);
        bodies.put("test_input_required_result_tampered_state", Questions::confirmed);
        bodies.put("test_input_required_result_capabilities", Questions::whateverCanBeAsked);
    }

    private void jobs() {
        bodies.put(
                "greet",
                call -> Samples.says("Hello, " + call.arguments().path("name").asString("") + "!"));
        bodies.put("slow_compute", FixtureTools::compute);
        bodies.put("confirm_delete", Questions::confirmed);
        bodies.put("failing_job", call -> {
            throw new ToolFailureException("This job always fails.");
        });
        bodies.put("protocol_error_job", call -> {
            throw new JsonRpcException(ErrorCode.INTERNAL_ERROR, "This job breaks.");
        });
    }

    private static ToolResult compute(ToolCall call) {
        CountDownLatch stopped = new CountDownLatch(1);
        call.channel().onCancel(stopped::countDown);
        double seconds = call.arguments().path("seconds").asDouble(0);
        try {
            if (stopped.await((long) (seconds * 1000), TimeUnit.MILLISECONDS)) {
                throw new ToolFailureException("Stopped.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolFailureException("The server ends.");
        }
        return Samples.says("Computed for " + seconds + " s");
    }

    private Tool tool(String name) {
        ToolDefinition definition = catalog.definition(name);
        Function<ToolCall, ToolResult> body = bodies.get(name);
        if (body == null) {
            throw new IllegalStateException("no code for " + name);
        }
        return new Tool() {
            @Override
            public ToolDefinition definition() {
                return definition;
            }

            @Override
            public boolean runsAsTask() {
                return TASKS.contains(name);
            }

            @Override
            public ToolResult call(ToolCall call) {
                return body.apply(call);
            }
        };
    }

    private static ToolResult progress(ToolCall call) {
        call.channel().progress(0, 100, "");
        pause();
        call.channel().progress(50, 100, "");
        pause();
        call.channel().progress(100, 100, "");
        return Samples.says("Reported progress");
    }

    private static ToolResult logging(ToolCall call) {
        log(call, "Tool execution started");
        pause();
        log(call, "Tool processing data");
        pause();
        log(call, "Tool execution completed");
        return Samples.says("Logged three messages");
    }

    private static void log(ToolCall call, String text) {
        call.channel().log(LogLevel.INFO, "conformance", StringNode.valueOf(text));
    }

    private static void pause() {
        LockSupport.parkNanos(STEP_NANOS);
    }

    private static ObjectNode manifest() {
        try (InputStream in = FixtureTools.class.getResourceAsStream("/conformance/tools.json")) {
            return (ObjectNode) JsonRpcCodec.JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
