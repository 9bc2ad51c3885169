package ocelli

import (
	"context"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"runtime/debug"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const tokenKey = "ocelli-token"

// checkToken compares in constant time: who measures learns nothing.
func checkToken(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	given := ""
	if values := metadata.ValueFromIncomingContext(ctx, tokenKey); len(values) > 0 {
		given = values[0]
	}
	if subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1 {
		return nil
	}
	return status.Errorf(codes.Unauthenticated, "the call carries no valid %s: only my host may call me", tokenKey)
}

func unaryCheck(token string, log *slog.Logger, redact *redactor) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (answer any, err error) {
		defer lastWord(info.FullMethod, log, redact, &err)
		if err := checkToken(ctx, token); err != nil {
			return nil, err
		}
		return handler(ctx, request)
	}
}

func streamCheck(token string, log *slog.Logger, redact *redactor) grpc.StreamServerInterceptor {
	return func(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
		defer lastWord(info.FullMethod, log, redact, &err)
		if err := checkToken(stream.Context(), token); err != nil {
			return err
		}
		return handler(server, stream)
	}
}

// lastWord is how a call ends. A panic of our own ends one call: its cause is for the log, not for strangers. A sentence leaves
// without secrets, and not longer than anybody reads: large trailers hang some libraries.
func lastWord(method string, log *slog.Logger, redact *redactor, err *error) {
	if value := recover(); value != nil {
		log.Error("call failed", "method", method, "err", fmt.Sprint(value), "stack", string(debug.Stack()))
		*err = status.Error(codes.Internal, "internal error")
	}
	if *err != nil {
		end, known := status.FromError(*err)
		if !known {
			end = status.FromContextError(*err)
		}
		*err = status.Error(end.Code(), short(redact.apply(valid(end.Message())), sentenceMaxBytes))
	}
}
