import io.modelcontextprotocol.modern.McpSchema.CallToolOutcome;
import io.modelcontextprotocol.modern.McpSchema.InputRequiredResult;
import io.modelcontextprotocol.modern.server.McpAsyncResponse;
import io.modelcontextprotocol.modern.server.McpRequestContext;
import io.modelcontextprotocol.modern.server.feature.McpAsyncTool;
import io.modelcontextprotocol.modern.server.feature.McpAsyncToolRepository;
import io.modelcontextprotocol.modern.server.feature.ToolsFeature;
import io.modelcontextprotocol.modern.server.feature.ToolsPage;
import io.modelcontextprotocol.modern.server.transport.HttpServletMcpTransport;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.SamplingMessage;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.http.HttpServlet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A server of the official Java SDK for remote.mjs: JavaWorker legacy|modern PORT. */
public final class JavaWorker {
    private static final Map<String, Object> NONE = Map.of("type", "object", "properties", Map.of());
    private static final Map<String, Object> PLACE =
            Map.of("type", "object", "properties", Map.of("place", Map.of("type", "string")), "required", List.of("place"));
    private static final Map<String, Map<String, Object>> TOOLS = Map.of(
            "say", taking("words", "string"),
            "count", taking("steps", "integer"),
            "session", NONE,
            "cancelled", NONE,
            "hang", NONE,
            "elicit", NONE,
            "sample", NONE);
    /** Reports that come at once are thinned out. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final AtomicInteger CANCELLED = new AtomicInteger();

    private JavaWorker() {}

    public static void main(String[] args) throws Exception {
        serve(args[0].equals("modern") ? modern() : legacy(), Integer.parseInt(args[1]));
    }

    private static Map<String, Object> taking(String name, String type) {
        return Map.of("type", "object", "properties", Map.of(name, Map.of("type", type)), "required", List.of(name));
    }

    private static HttpServlet legacy() {
        var transport = HttpServletStreamableServerTransportProvider.builder().mcpEndpoint("/mcp").build();
        var server = McpServer.sync(transport)
                .serverInfo("java-worker", "1")
                .capabilities(ServerCapabilities.builder().tools(false).build());
        TOOLS.forEach((name, schema) -> server.toolCall(Tool.builder(name, schema).build(), JavaWorker::answer));
        server.build();
        return transport;
    }

    private static CallToolResult answer(McpSyncServerExchange exchange, CallToolRequest request) {
        String text = switch (request.name()) {
            case "say" -> (String) request.arguments().get("words");
            case "count" -> {
                int steps = ((Number) request.arguments().get("steps")).intValue();
                for (int done = 1; done <= steps; done++) {
                    exchange.progressNotification(
                            new ProgressNotification(request.meta().get("progressToken"), done, (double) steps, null));
                    pause(PAUSE);
                }
                yield String.valueOf(steps);
            }
            case "session" -> exchange.sessionId();
            case "cancelled" -> "never told"; // the SDK's server of 2025-11-25 passes over notifications/cancelled
            case "hang" -> {
                pause(Duration.ofSeconds(3));
                yield "nobody waits for this";
            }
            case "elicit" -> (String) exchange.createElicitation(ElicitFormRequest.builder("Where?", PLACE).build())
                    .content()
                    .get("place");
            default -> {
                var message = SamplingMessage.builder(Role.USER, TextContent.builder("Say it.").build()).build();
                var question = new CreateMessageRequest.Builder().messages(List.of(message)).maxTokens(9).build();
                yield ((TextContent) exchange.createMessage(question).content()).text();
            }
        };
        return CallToolResult.builder().addTextContent(text).isError(false).build();
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpServlet modern() {
        List<McpAsyncTool> tools = TOOLS.entrySet().stream()
                .map(one -> McpAsyncTool.of(
                        io.modelcontextprotocol.modern.McpSchema.Tool.builder(one.getKey(), one.getValue()).build(),
                        JavaWorker::modernAnswer))
                .toList();
        var server = io.modelcontextprotocol.modern.server.McpServer.builder()
                .serverInfo(io.modelcontextprotocol.modern.McpSchema.Implementation.builder("java-worker", "1").build())
                .feature(ToolsFeature.ofAsync(new McpAsyncToolRepository() {
                    @Override
                    public Mono<ToolsPage> list(McpRequestContext context, String cursor) {
                        return Mono.just(ToolsPage.of(tools.stream().map(McpAsyncTool::definition).toList()));
                    }

                    @Override
                    public Mono<McpAsyncTool> find(McpRequestContext context, String name) {
                        return Mono.justOrEmpty(tools.stream().filter(one -> one.definition().name().equals(name)).findFirst());
                    }
                }))
                .build();
        return HttpServletMcpTransport.builder(server)
                .endpoint("/mcp")
                .keepAliveInterval(Duration.ofMillis(100)) // how it finds out that a caller is gone
                .build();
    }

    private static Mono<McpAsyncResponse<CallToolOutcome>> modernAnswer(
            McpRequestContext context, io.modelcontextprotocol.modern.McpSchema.CallToolRequest request) {
        return switch (request.name()) {
            case "say" -> said((String) request.arguments().get("words"));
            case "count" -> {
                int steps = ((Number) request.arguments().get("steps")).intValue();
                yield Mono.just(McpAsyncResponse.streaming(notifier -> Flux.range(1, steps)
                        .concatMap(done -> notifier.progress(done, (double) steps, null).then(Mono.delay(PAUSE)))
                        .then(Mono.just(text(String.valueOf(steps))))));
            }
            case "session" -> said("none");
            case "cancelled" -> said(String.valueOf(CANCELLED.get()));
            case "hang" -> Mono.just(McpAsyncResponse.streaming(
                    notifier -> Mono.<CallToolOutcome>never().doOnCancel(CANCELLED::incrementAndGet)));
            case "elicit" -> asked(request, "place", InputRequiredResult.builder()
                    .elicit("it", io.modelcontextprotocol.modern.McpSchema.ElicitFormRequest.builder("Where?", PLACE).build())
                    .build());
            default -> asked(request, "text", InputRequiredResult.builder()
                    .createMessage("it", io.modelcontextprotocol.modern.McpSchema.CreateMessageRequest.builder(
                                    List.of(io.modelcontextprotocol.modern.McpSchema.SamplingMessage.builder(
                                                    io.modelcontextprotocol.modern.McpSchema.Role.USER,
                                                    io.modelcontextprotocol.modern.McpSchema.TextContent.builder("Say it.").build())
                                            .build()),
                                    9)
                            .build())
                    .build());
        };
    }

    /** The answer's own text once it is there: both kinds of answer have it under {@code content}. */
    private static Mono<McpAsyncResponse<CallToolOutcome>> asked(
            io.modelcontextprotocol.modern.McpSchema.CallToolRequest request, String key, InputRequiredResult question) {
        return Stream.ofNullable(request.inputResponses())
                .flatMap(answers -> Stream.ofNullable(answers.get("it")))
                .map(answer -> (Map<?, ?>) ((Map<?, ?>) answer).get("content"))
                .map(content -> said(String.valueOf(content.get(key))))
                .findFirst()
                .orElseGet(() -> Mono.just(McpAsyncResponse.result(question)));
    }

    private static Mono<McpAsyncResponse<CallToolOutcome>> said(String text) {
        return Mono.just(McpAsyncResponse.result(text(text)));
    }

    private static CallToolOutcome text(String text) {
        return io.modelcontextprotocol.modern.McpSchema.CallToolResult.builder()
                .addContent(io.modelcontextprotocol.modern.McpSchema.TextContent.builder(text).build())
                .isError(false)
                .build();
    }

    private static void serve(HttpServlet servlet, int port) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
        server.join();
    }
}
