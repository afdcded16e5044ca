package io.weathervane.tool.builtin;

import io.weathervane.approval.Approval;
import io.weathervane.approval.ApprovalService;
import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.ApprovalJson;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.util.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** {@code approval_grant}: the second person's side. Assistants may ask; a person grants. */
public final class ApprovalGrantTool implements Tool {
    private final ToolDefinition definition;
    private final ApprovalService approvals;
    private final Map<String, RiskyTool> risky;
    private final boolean needed;
    private final Supplier<String> serverUser;

    /**
     * @param risky the tools that approvals are for
     * @param needed whether this preset needs approvals at all
     * @param serverUser the operating-system user that runs the server
     */
    public ApprovalGrantTool(
            SchemaCatalog schemas,
            ApprovalService approvals,
            List<RiskyTool> risky,
            boolean needed,
            Supplier<String> serverUser) {
        this.definition = schemas.definition("approval_grant");
        this.approvals = approvals;
        this.risky = risky.stream()
                .collect(Collectors.toMap(tool -> tool.definition().name(), Function.identity()));
        this.needed = needed;
        this.serverUser = serverUser;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public CallerRole role() {
        return CallerRole.APPROVER;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        Optional<String> id = arguments.text("id");
        if (id.isEmpty()) {
            return list();
        }
        Optional<String> note = arguments.text("reason");
        if (arguments.text("decision").orElse("grant").equals("refuse")) {
            return result("Refused: ", approvals.refuse(id.get(), arguments.actor(), note), ". Nothing will be done.");
        }
        requirePerson(call, approvals.grantable(id.get(), FourEyesApproval.whoCalls(call)));
        return result(
                "Granted: ",
                approvals.grant(id.get(), FourEyesApproval.whoCalls(call), note),
                ". Nothing is done yet: the requester calls again with this approval_id.");
    }

    private ToolResult list() {
        List<Approval> open = approvals.open();
        if (open.isEmpty()) {
            return answer(
                    "No approval is open."
                            + (needed
                                    ? ""
                                    : " This preset needs none: the risky tools ask the"
                                            + " caller's own user. production needs them."),
                    open);
        }
        return answer(
                open.stream().map(one -> String.join("\n", lines(one))).collect(Collectors.joining("\n\n"))
                        + "\n\nGrant one with id, or refuse it with id and decision refuse.",
                open);
    }

    /** A name that any caller on this machine has over HTTP is no person's; a stdio client's is a program's. */
    private void requirePerson(ToolCall call, Approval pending) {
        Caller caller = call.caller();
        if (caller.isAnonymous()) {
            throw new ToolFailureException("The approver must be known by name. Over HTTP that takes a token. Use"
                    + " scripts/weathervane call approval_grant --id " + pending.id()
                    + ", or a token. Nothing was granted.");
        }
        if (needed) {
            refuseServerUser(caller);
        }
        if (call.channel().canAsk(InputRequest.Kind.ELICITATION)) {
            String message = "Grant this?\n" + String.join("\n", lines(pending));
            ConfirmationQuestion.of(pending.id(), message).require(call.channel(), definition.name());
        } else if (caller.transport() == Caller.Transport.STDIO) {
            throw new ToolFailureException("A person grants, and this client cannot ask one. Use"
                    + " scripts/weathervane call approval_grant --id " + pending.id() + ". Nothing was granted.");
        }
    }

    /**
     * Refuses the server's own user: a build or a worker that the server runs has this user too, and could grant its
     * own request.
     */
    private void refuseServerUser(Caller caller) {
        boolean token = caller.identity() == Caller.Identity.TOKEN;
        if (!token && caller.account().equalsIgnoreCase(serverUser.get())) {
            throw new ToolFailureException("In the production preset " + SafeText.line(caller.account())
                    + ", the user that runs the server, grants nothing: builds and workers have that user, too. A"
                    + " person grants with a token of the role approver (scripts/weathervane token create --help), or"
                    + " as another user of this machine. Nothing was granted.");
        }
    }

    private ToolResult result(String done, Approval approval, String after) {
        List<String> lines = lines(approval);
        return answer(
                done + lines.get(0) + after + "\n" + String.join("\n", lines.subList(1, lines.size())),
                List.of(approval));
    }

    private static ToolResult answer(String text, List<Approval> shown) {
        ObjectNode answer = JsonFields.object();
        var nodes = answer.putArray("approvals");
        shown.forEach(one -> nodes.add(ApprovalJson.of(one)));
        return ToolResult.of(text, answer);
    }

    /** All there is to know before the approver agrees. */
    private List<String> lines(Approval one) {
        List<String> lines = new ArrayList<>();
        lines.add(one.id() + " (" + one.state().wireName() + " until " + JsonFields.time(one.expiresAt()) + ") to "
                + one.request().change());
        lines.add("  asked for by " + SafeText.line(one.request().requester().described()) + " at "
                + JsonFields.time(one.requestedAt()) + ": "
                + SafeText.quoted(one.request().reason()));
        lines.add("  call: " + one.request().tool() + " "
                + SafeText.line(one.request().arguments().toString()));
        one.request().runs().forEach(line -> lines.add("  runs " + line));
        Stream.ofNullable(risky.get(one.request().tool()))
                .flatMap(tool -> tool.facts(one.request().arguments()).stream())
                .forEach(fact -> lines.add("  " + fact));
        return lines;
    }
}
