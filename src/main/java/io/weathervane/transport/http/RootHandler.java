package io.weathervane.transport.http;

import io.weathervane.auth.ProtectedResource;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.Role;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every request's way in: refuses what calls the server by a foreign name, sorts by path, and sends it on by who calls.
 * A small message is read without a thread that waits for it. What is answered from memory is answered by Jetty's
 * selector thread itself; everything else may wait and gets a thread of its own. The checks are the same for both.
 */
final class RootHandler extends Handler.Abstract.NonBlocking {
    private static final String HEALTH = "/health";
    private static final String MCP = "/mcp";
    private static final Set<String> METADATA =
            Set.of(ProtectedResource.WELL_KNOWN, ProtectedResource.WELL_KNOWN + MCP);

    private final AllowedNames names;
    private final CrossOrigin crossOrigin;
    private final ConnectionLimit connections;
    private final Admission admission;
    private final McpHandler mcp;
    private final HealthSource health;
    private final Optional<ProtectedResource> resource;
    private final Executor waiting;

    /** @param waiting runs what may wait */
    RootHandler(
            HttpAccess access,
            ConnectionLimit connections,
            Admission admission,
            McpHandler mcp,
            HealthSource health,
            Executor waiting) {
        this.names = new AllowedNames(access.hosts(), access.origins());
        this.crossOrigin = new CrossOrigin(access.origins());
        this.connections = connections;
        this.admission = admission;
        this.mcp = mcp;
        this.health = health;
        this.waiting = waiting;
        this.resource = access.authentication().flatMap(known -> known.resource());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Turn turn = new Turn(request, response, callback);
        connections.headHasCome(request);
        if (!hasBody(request)) {
            connections.bodyHasCome(request);
        }
        if (isCall(request) && admission.mayReadFirst(request) && EarlyBody.suits(request)) {
            EarlyBody.read(request, body -> begun(turn.with(body, mcp.makesSafe(body))), callback::failed);
        } else {
            elsewhere(turn);
        }
        return true;
    }

    private static boolean hasBody(Request request) {
        return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private void begun(Turn turn) {
        connections.bodyHasCome(turn.request());
        if (!admission.mayWait(turn) && mcp.answersAtOnce(turn)) {
            answerOrFail(turn);
        } else {
            elsewhere(turn);
        }
    }

    private void elsewhere(Turn turn) {
        try {
            waiting.execute(() -> answerOrFail(turn));
        } catch (RejectedExecutionException stopped) {
            turn.callback().failed(stopped);
        }
    }

    private static boolean isCall(Request request) {
        return request.getMethod().equals("POST")
                && Request.getPathInContext(request).equals(MCP);
    }

    private void answerOrFail(Turn turn) {
        try {
            answer(turn);
        } catch (Throwable e) {
            Response.writeError(turn.request(), turn.response(), turn.callback(), e);
        }
    }

    private void answer(Turn turn) {
        Request request = turn.request();
        if (connections.isBeyond(request)) {
            HttpReply.closeAfter(turn);
            HttpReply.later(
                    turn,
                    HttpStatus.SERVICE_UNAVAILABLE_503,
                    HttpReply.SOON,
                    "the server has its " + connections.limit() + " connections in use");
        } else if (isOldAndChunked(request)) {
            HttpReply.closeAfter(turn);
            HttpReply.refused(
                    turn,
                    HttpStatus.BAD_REQUEST_400,
                    "HTTP/1.0 has no Transfer-Encoding; send Content-Length, or HTTP/1.1");
        } else if (names.allow(request)) {
            crossOrigin.allow(turn);
            sort(turn, Request.getPathInContext(request));
        } else {
            HttpReply.refusedUnread(
                    turn,
                    HttpStatus.FORBIDDEN_403,
                    "the Host or Origin header has a name that is not served here; localhost, 127.0.0.1 and [::1] are");
        }
    }

    /** Proxies disagree on where such a request ends, so another one could hide in it. */
    private static boolean isOldAndChunked(Request request) {
        return request.getConnectionMetaData().getHttpVersion().getVersion() < HttpVersion.HTTP_1_1.getVersion()
                && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private void sort(Turn turn, String path) {
        if (crossOrigin.isPreflight(turn)) {
            HttpReply.empty(turn, HttpStatus.NO_CONTENT_204);
        } else if (path.equals(MCP)) {
            admission.admit(turn, mcp::handle);
        } else if (path.equals(HEALTH)) {
            reading(turn, this::health);
        } else if (METADATA.contains(path) && resource.isPresent()) {
            reading(turn, asked -> json(asked, HttpStatus.OK_200, resource.get().metadata()));
        } else {
            HttpReply.refusedUnread(turn, HttpStatus.NOT_FOUND_404, "there are /mcp and /health here");
        }
    }

    private static void reading(Turn turn, Consumer<Turn> handler) {
        String method = turn.request().getMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            handler.accept(turn);
        } else {
            HttpReply.methodNotAllowed(turn, "GET, HEAD");
        }
    }

    /** A probe without a token learns whether the server is well, and nothing of what it does. */
    private void health(Turn turn) {
        if (admission.isAnonymous(turn)) {
            HealthSource.Health now = health.health();
            ObjectNode brief = JsonRpcCodec.JSON.createObjectNode();
            json(turn, now.status(), brief.set("status", now.body().path("status")));
        } else {
            admission.admit(turn, this::wholeHealth);
        }
    }

    private void wholeHealth(Turn turn) {
        if (turn.caller().has(Role.VIEWER)) {
            HealthSource.Health now = health.health();
            json(turn, now.status(), now.body());
        } else {
            admission.refuseFor(Role.VIEWER, turn, HEALTH);
        }
    }

    private static void json(Turn turn, int status, ObjectNode body) {
        HttpReply.json(turn, status, JsonRpcCodec.JSON.writeValueAsBytes(body));
    }
}
