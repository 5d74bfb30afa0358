// Stands for CloudFormation, which tells a command what a deployed stack is made of.
import { configText } from '../../functions/domain/config/config-text.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import type { ConfigInput } from '../../functions/domain/config/types.ts';
import { type HttpServer, serveHttp } from '../support/loopback-server.ts';

/** There is one stack, `edge`. @param metadata of its resource ScaleOut; without it, its description is refused */
export const serveStack = (outputs: Readonly<Record<string, string>>, metadata?: string): Promise<HttpServer> =>
  serveHttp((response, { body }) => {
    const asked = new URLSearchParams(body);
    const isThere = asked.get('StackName') === 'edge';
    const answer =
      asked.get('Action') === 'DescribeStacks'
        ? { status: isThere ? 200 : 400, text: isThere ? description(outputs) : missing }
        : resourceAnswer(asked.get('LogicalResourceId') === 'ScaleOut' ? metadata : undefined);
    response.writeHead(answer.status, { 'content-type': 'text/xml' });
    response.end(answer.text);
  });

/** As the stack keeps it with its resource ScaleOut. */
export const configMetadata = (clusters: ConfigInput['clusters']): string =>
  JSON.stringify({ EdgeScaleOutConfig: configText(checkedConfig({ clusters })) });

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const resourceAnswer = (metadata: string | undefined) =>
  metadata === undefined
    ? { status: 403, text: denied }
    : {
        status: 200,
        text: `<DescribeStackResourceResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <DescribeStackResourceResult><StackResourceDetail><LogicalResourceId>ScaleOut</LogicalResourceId>
    <Metadata>${escaped(metadata)}</Metadata></StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>`,
      };
const denied = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
  <Code>AccessDenied</Code><Message>not authorized to perform: cloudformation:DescribeStackResource</Message></Error></ErrorResponse>`;

const description = (outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
    <StackName>edge</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-11-01T00:00:00Z</CreationTime>
    <Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
};
const missing = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
  <Code>ValidationError</Code><Message>Stack with id other does not exist</Message></Error></ErrorResponse>`;
