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
import io.weathervane.tool.UpstreamToolSource;
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
        bodies.put("test_custom_header", call -> SampleContent.says("Region: " + call.arguments()));
        bodies.put("json_schema_2020_12_tool", call -> SampleContent.says("Arguments: " + call.arguments()));
    }

    ToolRegistry registry() {
        List<Tool> tools = catalog.names().stream().map(this::tool).toList();
        return new ToolRegistry(tools, UpstreamToolSource.none(), catalog);
    }

    private void content() {
        bodies.put("test_simple_text", call -> SampleContent.says("This is a simple text response for testing."));
        bodies.put("test_image_content", call -> SampleContent.answer(SampleContent.image()));
        bodies.put("test_audio_content", call -> SampleContent.answer(SampleContent.audio()));
        bodies.put(
                "test_embedded_resource",
                call -> SampleContent.answer(SampleContent.resource(
                        "test://embedded-resource", "text/plain", "This is an embedded resource content.")));
        bodies.put(
                "test_multiple_content_types",
                call -> SampleContent.answer(
                        SampleContent.text("Multiple content types test:"),
                        SampleContent.image(),
                        SampleContent.resource(
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
            return SampleContent.says("Logged");
        });
        bodies.put("test_trigger_tool_change", call -> {
            changes.get().toolsChanged();
            return SampleContent.says("Told");
        });
        bodies.put("test_trigger_prompt_change", call -> {
            changes.get().promptsChanged();
            return SampleContent.says("Told");
        });
        bodies.put("test_trigger_resource_update", call -> {
            changes.get().resourceUpdated("test://watched-resource");
            return SampleContent.says("Told");
        });
        bodies.put("test_reconnection", call -> {
            call.channel().detach();
            pause();
            pause();
            return SampleContent.says("Reconnection test completed successfully");
        });
    }

    private void questions() {
        bodies.put("test_sampling", ElicitationTools::sampling);
        bodies.put("test_elicitation", ElicitationTools::elicitation);
        bodies.put("test_elicitation_sep1034_defaults", ElicitationTools::defaults);
        bodies.put("test_elicitation_sep1330_enums", ElicitationTools::enums);
        bodies.put("test_missing_capability", ElicitationTools::missingCapability);
        bodies.put("test_streaming_elicitation", ElicitationTools::streaming);
        bodies.put("test_input_required_result_elicitation", ElicitationTools::greeting);
        bodies.put("test_input_required_result_sampling", ElicitationTools::capital);
        bodies.put("test_input_required_result_list_roots", ElicitationTools::roots);
        bodies.put("test_input_required_result_request_state", ElicitationTools::confirmed);
        bodies.put("test_input_required_result_multiple_inputs", ElicitationTools::three);
        bodies.put("test_input_required_result_multi_round", ElicitationTools::twoRounds);
        bodies.put("test_input_required_result_tampered_state", ElicitationTools::confirmed);
        bodies.put("test_input_required_result_capabilities", ElicitationTools::whateverCanBeAsked);
    }

    private void jobs() {
        bodies.put(
                "greet",
                call -> SampleContent.says(
                        "Hello, " + call.arguments().path("name").asString("") + "!"));
        bodies.put("slow_compute", FixtureTools::compute);
        bodies.put("confirm_delete", ElicitationTools::confirmed);
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
        return SampleContent.says("Computed for " + seconds + " s");
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
        return SampleContent.says("Reported progress");
    }

    private static ToolResult logging(ToolCall call) {
        log(call, "Tool execution started");
        pause();
        log(call, "Tool processing data");
        pause();
        log(call, "Tool execution completed");
        return SampleContent.says("Logged three messages");
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
