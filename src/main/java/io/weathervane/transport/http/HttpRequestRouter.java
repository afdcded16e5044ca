package io.weathervane.transport.http;

import io.weathervane.auth.ProtectedResourceMetadata;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.CallerRole;
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
final class HttpRequestRouter extends Handler.Abstract.NonBlocking {
    private static final String HEALTH = "/health";
    private static final String MCP = "/mcp";
    private static final Set<String> METADATA =
            Set.of(ProtectedResourceMetadata.WELL_KNOWN, ProtectedResourceMetadata.WELL_KNOWN + MCP);

    private final HostOriginFilter hostOriginFilter;
    private final CorsPolicy corsPolicy;
    private final ConnectionLimit connections;
    private final RequestAdmission admission;
    private final McpHandler mcp;
    private final HealthSource health;
    private final SignalEndpoint signals;
    private final OfrepEndpoint ofrep;
    private final Optional<ProtectedResourceMetadata> resource;
    private final Executor waiting;

    /** Handlers of the endpoints. */
    record Endpoints(McpHandler mcp, HealthSource health, SignalEndpoint signals, OfrepEndpoint ofrep) {}

    /** @param waiting runs what may wait */
    HttpRequestRouter(
            HttpAccessOptions access,
            ConnectionLimit connections,
            RequestAdmission admission,
            Endpoints endpoints,
            Executor waiting) {
        this.hostOriginFilter = new HostOriginFilter(access.hosts(), access.origins());
        this.corsPolicy = new CorsPolicy(access.origins());
        this.connections = connections;
        this.admission = admission;
        this.mcp = endpoints.mcp();
        this.health = endpoints.health();
        this.signals = endpoints.signals();
        this.ofrep = endpoints.ofrep();
        this.waiting = waiting;
        this.resource = admission.resource();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        HttpExchange httpExchange = new HttpExchange(request, response, callback);
        connections.headReceived(request);
        if (!hasBody(request)) {
            connections.bodyReceived(request);
        }
        if (isPost(request) && mayReadFirst(httpExchange) && PrefetchedBody.suits(request)) {
            readFirst(httpExchange);
        } else {
            dispatch(httpExchange);
        }
        return true;
    }

    private boolean mayReadFirst(HttpExchange httpExchange) {
        return admission.mayReadFirst(httpExchange.request())
                || (isOfFlags(httpExchange) && httpExchange.headers().contains(OfrepAdmission.API_KEY));
    }

    private void readFirst(HttpExchange httpExchange) {
        Request request = httpExchange.request();
        Callback callback = httpExchange.callback();
        String path = Request.getPathInContext(request);
        if (path.equals(MCP)) {
            PrefetchedBody.read(request, body -> begun(httpExchange.with(mcp.prefetched(body))), callback::failed);
        } else if (OfrepEndpoint.isAt(path)) {
            PrefetchedBody.read(
                    request, body -> begun(httpExchange.with(PrefetchedBody.ofOther(body))), callback::failed);
        } else {
            dispatch(httpExchange);
        }
    }

    private static boolean hasBody(Request request) {
        return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private void begun(HttpExchange httpExchange) {
        connections.bodyReceived(httpExchange.request());
        if (!admission.mayWait(httpExchange) && (isOfFlags(httpExchange) || mcp.answersAtOnce(httpExchange))) {
            answerOrFail(httpExchange);
        } else {
            dispatch(httpExchange);
        }
    }

    private void dispatch(HttpExchange httpExchange) {
        try {
            waiting.execute(() -> answerOrFail(httpExchange));
        } catch (RejectedExecutionException stopped) {
            httpExchange.callback().failed(stopped);
        }
    }

    private static boolean isPost(Request request) {
        return request.getMethod().equals("POST");
    }

    /**
     * Flags are read from memory, beyond the limit of connections too: a reader that is refused misses a kill. But no thread
     * waits beyond the limit for a body to come.
     */
    private static boolean needsNoPlace(HttpExchange httpExchange) {
        return isOfFlags(httpExchange) && (httpExchange.prefetched().isPresent() || !hasBody(httpExchange.request()));
    }

    private static boolean isOfFlags(HttpExchange httpExchange) {
        return OfrepEndpoint.isAt(Request.getPathInContext(httpExchange.request()));
    }

    private void answerOrFail(HttpExchange httpExchange) {
        try {
            answer(httpExchange);
        } catch (Throwable e) {
            Response.writeError(httpExchange.request(), httpExchange.response(), httpExchange.callback(), e);
        }
    }

    private void answer(HttpExchange httpExchange) {
        Request request = httpExchange.request();
        if (!needsNoPlace(httpExchange) && !showsCaller(httpExchange) && connections.isBeyond(request)) {
            refuseBeyond(httpExchange);
        } else if (isOldAndChunked(request)) {
            JsonResponses.closeAfter(httpExchange);
            JsonResponses.refused(
                    httpExchange,
                    HttpStatus.BAD_REQUEST_400,
                    "HTTP/1.0 has no Transfer-Encoding; send Content-Length, or HTTP/1.1");
        } else if (hostOriginFilter.allow(request)) {
            corsPolicy.allow(httpExchange);
            route(httpExchange, Request.getPathInContext(request));
        } else {
            JsonResponses.refusedUnread(
                    httpExchange,
                    HttpStatus.FORBIDDEN_403,
                    "the Host or Origin header has a name that is not served here; localhost, 127.0.0.1 and [::1] are");
        }
    }

    /** Whether it will be known who calls before a place is looked for: a caller's own standing makes places. */
    private boolean showsCaller(HttpExchange httpExchange) {
        return Request.getPathInContext(httpExchange.request()).equals(MCP) && !admission.isAnonymous(httpExchange);
    }

    /** What only makes the system safer needs no place: it is answered beyond the limit, and its connection closed. */
    private void call(HttpExchange httpExchange) {
        connections.setCaller(httpExchange);
        boolean beyond = connections.isBeyond(httpExchange.request());
        if (beyond && !httpExchange.urgent()) {
            refuseBeyond(httpExchange);
            return;
        }
        if (beyond) {
            JsonResponses.closeAfter(httpExchange);
        }
        mcp.handle(httpExchange);
    }

    private void refuseBeyond(HttpExchange httpExchange) {
        JsonResponses.closeAfter(httpExchange);
        JsonResponses.later(
                httpExchange,
                HttpStatus.SERVICE_UNAVAILABLE_503,
                JsonResponses.SOON,
                "the server has its " + connections.limit() + " connections in use");
    }

    /** Proxies disagree on where such a request ends, so another one could hide in it. */
    private static boolean isOldAndChunked(Request request) {
        return request.getConnectionMetaData().getHttpVersion().getVersion() < HttpVersion.HTTP_1_1.getVersion()
                && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private void route(HttpExchange httpExchange, String path) {
        if (corsPolicy.isPreflight(httpExchange)) {
            JsonResponses.empty(httpExchange, HttpStatus.NO_CONTENT_204);
        } else if (path.equals(MCP)) {
            admission.admit(httpExchange, this::call);
        } else if (OfrepEndpoint.isAt(path)) {
            ofrep.handle(httpExchange, path);
        } else if (SignalEndpoint.isAt(path)) {
            signals.handle(httpExchange);
        } else if (path.equals(HEALTH)) {
            reading(httpExchange, this::health);
        } else if (METADATA.contains(path) && resource.isPresent()) {
            reading(
                    httpExchange,
                    asked -> json(asked, HttpStatus.OK_200, resource.get().metadata()));
        } else {
            JsonResponses.refusedUnread(
                    httpExchange,
                    HttpStatus.NOT_FOUND_404,
                    "there are /mcp, /health, /ofrep/v1 and /signals/NAME here");
        }
    }

    private static void reading(HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        String method = httpExchange.request().getMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            handler.accept(httpExchange);
        } else {
            JsonResponses.methodNotAllowed(httpExchange, "GET, HEAD");
        }
    }

    /** A probe without a token learns whether the server is well, and nothing of what it does. */
    private void health(HttpExchange httpExchange) {
        if (admission.isAnonymous(httpExchange)) {
            HealthSource.Health now = health.health();
            ObjectNode brief = JsonRpcCodec.JSON.createObjectNode();
            json(httpExchange, now.status(), brief.set("status", now.body().path("status")));
        } else {
            admission.admit(httpExchange, this::wholeHealth);
        }
    }

    private void wholeHealth(HttpExchange httpExchange) {
        connections.setCaller(httpExchange);
        if (httpExchange.caller().has(CallerRole.VIEWER)) {
            HealthSource.Health now = health.health();
            json(httpExchange, now.status(), now.body());
        } else {
            admission.refuseFor(CallerRole.VIEWER, httpExchange, HEALTH);
        }
    }

    private static void json(HttpExchange httpExchange, int status, ObjectNode body) {
        JsonResponses.json(httpExchange, status, JsonRpcCodec.JSON.writeValueAsBytes(body));
    }
}
