package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.Caller;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Every request's way in: refuses what does not come from this machine, and sorts by path. */
final class RootHandler extends Handler.Abstract {
    /** Until callers have to prove who they are. */
    private static final Caller LOCAL = new Caller("local", Caller.Door.HTTP);

    private final McpHandler mcp;
    private final HealthSource health;

    RootHandler(McpHandler mcp, HealthSource health) {
        this.mcp = mcp;
        this.health = health;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Turn turn = new Turn(request, response, callback);
        if (!isLocal(request)) {
            HttpReply.refused(
                    turn,
                    HttpStatus.FORBIDDEN_403,
                    "only localhost, 127.0.0.1 and [::1] are served here; the Host or Origin header names another");
            return true;
        }
        switch (Request.getPathInContext(request)) {
            case "/mcp" -> mcp.handle(turn.by(LOCAL));
            case "/health" -> health(turn);
            default -> HttpReply.refused(turn, HttpStatus.NOT_FOUND_404, "there are /mcp and /health here");
        }
        return true;
    }

    /** A request line with a whole URL in it overrides the Host header, so both are looked at. */
    private static boolean isLocal(Request request) {
        HttpFields headers = request.getHeaders();
        String target = request.getHttpURI().getAuthority();
        return headers.getValuesList(HttpHeader.ORIGIN).stream().allMatch(LocalOnly::allowsOrigin)
                && LocalOnly.allowsHost(headers.get(HttpHeader.HOST))
                && (target == null || LocalOnly.allowsHost(target));
    }

    private void health(Turn turn) {
        String method = turn.request().getMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            HttpReply.methodNotAllowed(turn, "GET, HEAD");
            return;
        }
        HealthSource.Health now = health.health();
        HttpReply.json(turn, now.status(), JsonRpcCodec.JSON.writeValueAsBytes(now.body()));
    }
}
