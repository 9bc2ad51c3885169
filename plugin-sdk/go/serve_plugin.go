package ocelli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

const (
	protocolMajor = 1
	sdkVersion    = "0.1.0"
)

// identity is who this process is.
type identity struct{ instanceID, bootID string }

// pluginServer is bring-up, settings and end.
type pluginServer struct {
	pluginv1.UnimplementedPluginServer
	*parts
	identity    identity
	limits      *pluginv1.Limits
	description *pluginv1.DescribeResponse
	digest      string
	drain       func(grace time.Duration, reason string)
}

func newPluginServer(p *parts, who identity, limits *pluginv1.Limits, drain func(time.Duration, string)) *pluginServer {
	m := p.module
	description := &pluginv1.DescribeResponse{
		Description: valid(m.description), Services: m.services, SettingsSchemaJson: m.schema.settingsSchemaJSON(),
		EmitsResourceTypes: m.emitsResourceTypes, EmitsEnrichments: m.emitsEnrichments, WantsEnrichments: m.wantsEnrichments,
		TypicalDurationMs: uint32(m.typicalDuration.Milliseconds()), LongestDurationMs: uint32(m.longestDuration.Milliseconds()),
		RepeatIsHarmless: m.repeatIsHarmless,
	}
	encoded, _ := proto.MarshalOptions{Deterministic: true}.Marshal(description)
	digest := sha256.Sum256(encoded)
	return &pluginServer{
		parts: p, identity: who, limits: limits, description: description, digest: hex.EncodeToString(digest[:]), drain: drain,
	}
}

func (p *pluginServer) Handshake(_ context.Context, request *pluginv1.HandshakeRequest) (*pluginv1.HandshakeResponse, error) {
	major := uint32(0)
	if slices.Contains(request.GetProtocolMajors(), protocolMajor) {
		major = protocolMajor
	} else {
		p.log.Error("the host speaks other versions of the protocol", "host", request.GetProtocolMajors(), "module", []int{protocolMajor})
	}
	return &pluginv1.HandshakeResponse{
		ProtocolMajor: major, ProtocolMajors: []uint32{protocolMajor}, Name: p.module.name, Version: p.module.version,
		InstanceId: p.identity.instanceID, BootId: p.identity.bootID, Sdk: "ocelli-go/" + sdkVersion, Language: "go",
		Limits: p.limits, DescribeDigest: p.digest,
	}, nil
}

func (p *pluginServer) Describe(context.Context, *pluginv1.DescribeRequest) (*pluginv1.DescribeResponse, error) {
	return p.description, nil
}

func (p *pluginServer) ValidateConfig(_ context.Context, request *pluginv1.ValidateConfigRequest) (*pluginv1.ValidateConfigResponse, error) {
	_, found, err := p.look(request.GetPlugin(), request.GetSettingsJson(), nil, true)
	if err != nil {
		return nil, err
	}
	return &pluginv1.ValidateConfigResponse{Diagnostics: p.wire(found)}, nil
}

func (p *pluginServer) Configure(_ context.Context, request *pluginv1.ConfigureRequest) (*pluginv1.ConfigureResponse, error) {
	secrets := request.GetSecrets()
	for _, secret := range secrets {
		p.redact.add(secret)
	}
	settings, found, err := p.look(request.GetPlugin(), request.GetSettingsJson(), secrets, false)
	if err != nil {
		return nil, err
	}
	if !hasErrors(found) {
		whole, _ := json.Marshal([]any{request.GetSettingsJson(), secrets})
		p.instances.configure(request.GetPlugin(), request.GetRevision(), settings, sha256.Sum256(whole))
	}
	return &pluginv1.ConfigureResponse{Diagnostics: p.wire(found)}, nil
}

func (p *pluginServer) Drain(_ context.Context, request *pluginv1.DrainRequest) (*pluginv1.DrainResponse, error) {
	p.drain(time.Duration(request.GetGraceMs())*time.Millisecond, request.GetReason())
	return &pluginv1.DrainResponse{}, nil
}

func (p *pluginServer) look(plugin, text string, secrets map[string]string, secretsHidden bool) (any, []Diagnostic, error) {
	input, err := mergeSecrets(text, secrets)
	if err != nil {
		return nil, nil, status.Error(codes.InvalidArgument, p.redact.apply(err.Error()))
	}
	blame := p.module.work("validate", plugin, p.module.declaredValidate)
	settings, found := p.module.diagnose(input, secretsHidden, func(look func() error) error { return blame.run(look, p.log) })
	return settings, found, nil
}

func (p *pluginServer) wire(found []Diagnostic) []*pluginv1.Diagnostic {
	text := func(raw string) string { return short(p.redact.apply(valid(raw)), sentenceMaxBytes) }
	wire := make([]*pluginv1.Diagnostic, len(found))
	for i, one := range found {
		severity := pluginv1.Severity_SEVERITY_ERROR
		if one.Warning {
			severity = pluginv1.Severity_SEVERITY_WARNING
		}
		wire[i] = &pluginv1.Diagnostic{Severity: severity, Path: valid(one.Path), Summary: text(one.Summary), Detail: text(one.Detail)}
	}
	return wire
}
